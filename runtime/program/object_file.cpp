// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/object_file.h"

#include <elf.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <vector>

namespace sbx {

namespace {

constexpr std::string_view kSealMark = "signalbox seal 1";
constexpr uint64_t kLargestImage = uint64_t{4} << 30;

#if defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
#else
constexpr uint16_t kMachine = EM_X86_64;
#endif

using Hash = XXH128_canonical_t;

Hash hash_of(std::string_view bytes) {
  Hash result;
  XXH128_canonicalFromHash(&result, XXH3_128bits(bytes.data(), bytes.size()));
  return result;
}

/// The hash behind the last mark; nothing if the file has no seal.
std::optional<Hash> seal_of(std::string_view bytes) {
  constexpr size_t kSize = kSealMark.size() + sizeof(Hash);
  if (bytes.size() < kSize || bytes.substr(bytes.size() - kSize, kSealMark.size()) != kSealMark) return std::nullopt;
  Hash hash;
  std::memcpy(&hash, bytes.data() + bytes.size() - sizeof hash, sizeof hash);
  return hash;
}

Error damaged(const std::string& what) { return {"R0755", "it is damaged: " + what}; }

/// What the loader follows without a second look, in a file that nothing else vouches for.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}

  Result<bool> check() {
    std::memcpy(&header_, bytes_.data(), sizeof header_);
    if (header_.e_ident[EI_VERSION] != EV_CURRENT || header_.e_version != EV_CURRENT || header_.e_ehsize != sizeof(Elf64_Ehdr))
      return damaged("its header contradicts itself");
    if (header_.e_phentsize != sizeof(Elf64_Phdr) || !within(header_.e_phoff, uint64_t{header_.e_phnum} * sizeof(Elf64_Phdr)))
      return damaged("its list of segments lies outside the file");
    if (Result<bool> sections = check_sections(); !sections) return sections;
    if (Result<bool> segments = read_segments(); !segments) return segments;
    return check_dynamic();
  }

 private:
  /// Linkers write the list of sections last, so a file that was cut short is seen by it.
  [[nodiscard]] Result<bool> check_sections() const {
    if (header_.e_shoff == 0) return true;
    const uint64_t size = uint64_t{header_.e_shnum} * header_.e_shentsize;
    if (!within(header_.e_shoff, size)) return damaged("the file ends too early");
    const std::string_view rest = bytes_.substr(header_.e_shoff + size, kSealMark.size());
    if (!rest.empty() && kSealMark.starts_with(rest) && !seal_of(bytes_)) return damaged("the file ends too early");
    return true;
  }

  [[nodiscard]] bool within(uint64_t begin, uint64_t size) const { return begin <= bytes_.size() && size <= bytes_.size() - begin; }

  /// In one segment, which has the rights `flags`.
  [[nodiscard]] bool in_memory(uint64_t address, uint64_t size, uint32_t flags = PF_R) const {
    for (const Elf64_Phdr& segment : loaded_) {
      if ((segment.p_flags & flags) != flags) continue;
      if (address >= segment.p_vaddr && address - segment.p_vaddr <= segment.p_memsz &&
          size <= segment.p_memsz - (address - segment.p_vaddr))
        return true;
    }
    return false;
  }

  Result<bool> read_segments() {
    uint64_t end = 0;
    for (uint64_t i = 0; i < header_.e_phnum; ++i) {
      Elf64_Phdr segment;
      std::memcpy(&segment, bytes_.data() + header_.e_phoff + i * sizeof segment, sizeof segment);
      if (!within(segment.p_offset, segment.p_filesz)) return damaged("a segment lies outside the file");
      if (segment.p_type == PT_DYNAMIC) dynamic_ = segment;
      if (segment.p_type == PT_TLS || segment.p_type == PT_INTERP) return damaged("it has a segment that no policy has");
      if (segment.p_type != PT_LOAD) continue;
      const bool aligned =
          std::has_single_bit(segment.p_align) && segment.p_align >= 4096 && (segment.p_vaddr - segment.p_offset) % segment.p_align == 0;
      const bool sized = segment.p_filesz <= segment.p_memsz && segment.p_vaddr < kLargestImage && segment.p_memsz < kLargestImage;
      if (!aligned || !sized || segment.p_vaddr < end || (segment.p_flags & PF_R) == 0)
        return damaged("its segments contradict each other");
      end = segment.p_vaddr + segment.p_memsz;
      loaded_.push_back(segment);
    }
    if (loaded_.empty() || !dynamic_) return damaged("it has no segments to load");
    return true;
  }

  Result<bool> check_dynamic() {
    if (!in_memory(dynamic_->p_vaddr, dynamic_->p_memsz, PF_R | PF_W) || dynamic_->p_filesz % sizeof(Elf64_Dyn) != 0)
      return damaged("its dynamic section lies outside its segments");
    for (uint64_t at = 0; at < dynamic_->p_filesz; at += sizeof(Elf64_Dyn)) {
      Elf64_Dyn entry;
      std::memcpy(&entry, bytes_.data() + dynamic_->p_offset + at, sizeof entry);
      if (entry.d_tag == DT_NULL) return true;
      constexpr std::array<int64_t, 9> kPointers{DT_STRTAB, DT_SYMTAB, DT_HASH,   DT_GNU_HASH, DT_RELA,
                                                 DT_JMPREL, DT_PLTGOT, DT_VERSYM, DT_VERNEED};
      for (const int64_t tag : kPointers) {
        if (entry.d_tag == tag && !in_memory(entry.d_un.d_ptr, sizeof(uint64_t)))
          return damaged("its dynamic section points outside its segments");
      }
    }
    return damaged("its dynamic section has no end");
  }

  std::string_view bytes_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> loaded_;
  std::optional<Elf64_Phdr> dynamic_;
};

}  // namespace

std::string sealed(std::string object) {
  const Hash hash = hash_of(object);
  object += kSealMark;
  object.append(reinterpret_cast<const char*>(&hash), sizeof hash);
  return object;
}

bool is_object_file(std::string_view bytes) { return bytes.starts_with(ELFMAG); }

Result<bool> check_object_file(std::string_view bytes) {
  if (!is_object_file(bytes)) return Error{"R0753", "it is no shared object"};
  if (const std::optional<Hash> seal = seal_of(bytes)) {
    const std::string_view content = bytes.substr(0, bytes.size() - kSealMark.size() - sizeof(Hash));
    const Hash found = hash_of(content);
    if (std::memcmp(&found, &*seal, sizeof found) != 0) return damaged("its bytes are not those that `build` wrote");
  }
  if (bytes.size() < sizeof(Elf64_Ehdr)) return damaged("the file ends too early");
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != kMachine)
    return Error{"R0753", "it is for another kind of processor"};
  if (header.e_type != ET_DYN) return Error{"R0753", "it is no shared object: `build --emit shared` makes one"};
  return Image(bytes).check();
}

}  // namespace sbx
