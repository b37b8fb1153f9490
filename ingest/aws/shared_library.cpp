// The loader's interface of POSIX.
#include "ingest/aws/shared_library.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string>

namespace bedrocklog::aws {
namespace {

/// What the loader's own refusal ends a program with.
constexpr int exit_code = 127;

Fault refusal(const LibraryName& name) {
  const char* const words = ::dlerror();  // NOLINT(concurrency-mt-unsafe): of this thread.
  return {name.file, std::string("cannot be used: ") + (words == nullptr ? "" : words) +
                         "; install the package " + name.package};
}

/// Without the handlers of exit: other threads may be at work.
[[noreturn]] void end(const Fault& fault) {
  std::fprintf(stderr, "bedrocklog: %s: %s\n", fault.subject.c_str(), fault.message.c_str());
  std::_Exit(exit_code);
}

}  // namespace

LibraryName curl_library() {
  return {BEDROCKLOG_CURL_FILE, "libcurl4"};
}

LibraryName archive_library() {
  return {BEDROCKLOG_ARCHIVE_FILE, "libarchive13"};
}

LibraryName xlsx_library() {
  return {BEDROCKLOG_XLSX_FILE, "libxlsxwriter4"};
}

Result<SharedLibrary> SharedLibrary::load(const LibraryName& name) {
  void* const handle = ::dlopen(name.file[0] == '\0' ? nullptr : name.file, RTLD_NOW);
  if (handle == nullptr) {
    return tl::unexpected(refusal(name));
  }
  return SharedLibrary(handle, name);
}

SharedLibrary SharedLibrary::require(const LibraryName& name) {
  const Result<SharedLibrary> library = load(name);
  if (!library) {
    end(library.error());
  }
  return *library;
}

void* SharedLibrary::address_of(const char* symbol) const {
  void* const address = ::dlsym(handle_, symbol);
  if (address == nullptr) {
    end(refusal(name_));
  }
  return address;
}

}  // namespace bedrocklog::aws
