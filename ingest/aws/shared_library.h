// Libraries that are loaded on first use, because most runs need none of them.
#pragma once

#include "ingest/fault.h"

namespace bedrocklog::aws {

struct LibraryName {
  const char* file;     // As the loader knows it; empty for what the program is linked with.
  const char* package;  // Debian's, for the user who has to install it.
};

/// HTTP.
[[nodiscard]] LibraryName curl_library();
/// zstd, bzip2, xz, tar and zip.
[[nodiscard]] LibraryName archive_library();
/// Spreadsheets.
[[nodiscard]] LibraryName xlsx_library();

/// Never unloaded: what it has started may run until the process ends.
class SharedLibrary {
 public:
  /// The fault names the package to install.
  [[nodiscard]] static Result<SharedLibrary> load(const LibraryName& name);

  /// As load(), but ends the process with the fault in words, as the loader itself would have done
  /// at the start of a program that is linked with the library.
  [[nodiscard]] static SharedLibrary require(const LibraryName& name);

  /// Sets `function`, whose type comes from the library's header. Ends the process where the
  /// library is too old to have it.
  template <class Function>
  void find(Function*& function, const char* symbol) const {
    function = reinterpret_cast<Function*>(address_of(symbol));
  }

 private:
  SharedLibrary(void* handle, const LibraryName& name) : handle_(handle), name_(name) {}
  [[nodiscard]] void* address_of(const char* symbol) const;

  void* handle_;
  LibraryName name_;
};

}  // namespace bedrocklog::aws
