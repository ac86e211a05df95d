// The broken twins of the run state records: each is an algorithm with one named defect. They
// exist so that tests prove that the checks can fail; the catalog lists them as broken.
#pragma once

#include <memory>

#include "models/hypervisor/runstate/runstate.hpp"

namespace hvsim {

// The reader of the baseline, used for the records of other vCPUs: half of one record and half of
// the next (RS-S1).
std::unique_ptr<RunstateAlgorithm> make_plain_copy_read_remotely(CopyOrder order);
// Step 5 before step 4: a reader finds no flag while the words change (RS-S1).
std::unique_ptr<RunstateAlgorithm> make_update_flag_cleared_before_data(CopyOrder order);
// The flag is set in the master record for as long as the update lasts: a wake or a hypercall that
// comes meanwhile takes it for a time (RS-S3). Xen had it so at first (recalled).
std::unique_ptr<RunstateAlgorithm> make_update_flag_in_master(CopyOrder order);
// lock_and_sample the other way round: the wait for the lock goes to the wrong state (RS-S7).
std::unique_ptr<RunstateAlgorithm> make_update_flag_time_before_lock(CopyOrder order);
// rs_change with its last step first: the time in the old state goes to the new one (RS-S7).
std::unique_ptr<RunstateAlgorithm> make_update_flag_state_before_time(CopyOrder order);
// The assist is looked up at the first update only: one that is enabled later does nothing
// (RS-L2).
std::unique_ptr<RunstateAlgorithm> make_update_flag_assist_read_once(CopyOrder order);
// A reader without the second look at `entry`: it sees no update that begins after the first
// (RS-S1).
std::unique_ptr<RunstateAlgorithm> make_update_flag_read_once(CopyOrder order);

}  // namespace hvsim
