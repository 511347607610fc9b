#pragma once

/// Puts the bytes of a file (a string literal, absolute) into the program and declares
/// `std::string_view name()` for them.
#define ANNALS_EMBED(name, path)                                                                             \
  __asm__(".section .rodata\n" #name "_bytes:\n.incbin \"" path "\"\n" #name "_end:\n.byte 0\n.previous\n"); \
  extern "C" const char name##_bytes[];                                                                      \
  extern "C" const char name##_end[];                                                                        \
  static std::string_view name() {                                                                           \
    return {name##_bytes, static_cast<std::size_t>(name##_end - name##_bytes)};                              \
  }
