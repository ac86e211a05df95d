// A domain as the scheduler knows it: its name, its assists, and where its memory is.
//
// What it is: plain data put together before the run by Scheduler::add_domain(), and the domain's
// words in memory. What you must promise: it lives as long as its scheduler.
#pragma once

#include <string>
#include <vector>

#include "models/hypervisor/domain_id.hpp"
#include "models/hypervisor/runstate/runstate.hpp"
#include "models/hypervisor/shadow/pv_domain_tables.hpp"

namespace hvsim {

class Vcpu;

struct PvDomainOptions {
  std::string name;
  SocketId node{};        // where its words and its vCPUs' records are
  RunstateGuest guest{};  // where its vCPUs may register an area for their run state
  std::uint64_t valid_assists = pv_assists;
};

struct PvDomain {
  PvDomain(Host& host, DomainId number, const PvDomainOptions& options)
      : id(number),
        name(options.name),
        node(options.node),
        guest(options.guest),
        assist(host, options.name, options.node, options.valid_assists),
        tables(host, number, 0, options.node) {}

  const DomainId id;
  const std::string name;
  const SocketId node;
  const RunstateGuest guest;
  VmAssist assist;
  PvDomainTables tables;     // its `vcpus` counts those that are added
  std::vector<Vcpu*> vcpus;  // by number
};

}  // namespace hvsim
