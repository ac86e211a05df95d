// The status of one element of a grant operation, with the numbers of the public interface.
//
// bad_virt_addr, bad_dev_addr and address_too_big belong to the interface; map, unmap and copy of
// version 1 never give them (a host address outside the mapper's space is general_error, as in
// Xen). Source: grant-rwlock sheet, B5.
#pragma once

#include <cstdint>

namespace hvsim {

enum class GrantStatus : std::int16_t {
  okay = 0,
  general_error = -1,
  bad_domain = -2,
  bad_gntref = -3,
  bad_handle = -4,
  bad_virt_addr = -5,
  bad_dev_addr = -6,
  no_device_space = -7,
  permission_denied = -8,
  bad_page = -9,
  bad_copy_arg = -10,
  address_too_big = -11,
  eagain = -12,
};

}  // namespace hvsim
