#include "config/foreign_place.hpp"

namespace holon {

std::optional<foreign_call> foreign_place::read() const {
  const auto before = steps_.load(std::memory_order_acquire);
  const bool in_call = in_call_.load(std::memory_order_acquire);
  const foreign_call call{.kind = kind_.read(),
                          .name = name_.read(),
                          .task = task_.read(),
                          .waits_for_io = waits_for_io_.load(std::memory_order_acquire)};
  const bool is_whole = before % 2 == 0 && before == steps_.load(std::memory_order_relaxed);
  if (!in_call || !is_whole) return std::nullopt;
  return call;
}

}  // namespace holon
