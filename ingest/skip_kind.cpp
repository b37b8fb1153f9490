// Names of the skip kinds as reports print them.
#include "ingest/skip_kind.h"

#include "ingest/ensure.h"

namespace bedrocklog::ingest {

std::string_view name_of(SkipKind kind) {
  switch (kind) {
    case SkipKind::sidecar:
      return "sidecar";
    case SkipKind::permission_check:
      return "permission_check";
    case SkipKind::write_test:
      return "write_test";
    case SkipKind::cloudtrail:
      return "cloudtrail";
    case SkipKind::control_message:
      return "control_message";
    case SkipKind::foreign_json:
      return "foreign_json";
    case SkipKind::foreign_text:
      return "foreign_text";
    case SkipKind::foreign_binary:
      return "foreign_binary";
    case SkipKind::empty:
      return "empty";
    case SkipKind::special_file:
      return "special_file";
  }
  ensure(false);
  return {};
}

}  // namespace bedrocklog::ingest
