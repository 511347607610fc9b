#include "core/commit_frame.hpp"

namespace annals {

void CommitFrame::encode(ByteWriter& out) const {
  out.u16(kFormat);
  out.u64(platform.value);
  out.u64(first.value);
  out.u32(count);
  out.raw(as_view(previous));
}

CommitFrame CommitFrame::decode(ByteReader& in) {
  if (const auto format = in.u16(); format != kFormat) {
    throw DecodeError("a commit of format " + std::to_string(format) + ", this program reads format 1");
  }
  CommitFrame frame;
  frame.platform.value = in.u64();
  frame.first.value = in.u64();
  frame.count = in.u32();
  frame.previous = in.array<32>();
  if (frame.count == 0 || frame.first.value == 0) throw DecodeError("a commit without events");
  return frame;
}

}  // namespace annals
