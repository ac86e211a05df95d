#include "sim/hw/store_buffer.hpp"

namespace hvsim {

StoreBuffer::Lookup StoreBuffer::look_up(Address address, unsigned bytes,
                                         std::uint64_t& value) const {
  for (auto store = stores_.rbegin(); store != stores_.rend(); ++store) {
    const bool apart =
        store->address + store->bytes <= address || address + bytes <= store->address;
    if (apart) {
      continue;
    }
    const bool covers =
        store->address <= address && address + bytes <= store->address + store->bytes;
    if (!covers) {
      return Lookup::partial;
    }
    const std::uint64_t shifted = store->value >> (8 * (address - store->address));
    value = bytes == 8 ? shifted : shifted & ((std::uint64_t{1} << (8 * bytes)) - 1);
    return Lookup::covered;
  }
  return Lookup::miss;
}

}  // namespace hvsim
