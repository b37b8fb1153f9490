// `bedrocklog models`: ids this build knows, or ids seen in logs.
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "analytics/csv_table.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/output_file.h"
#include "cli/price_book.h"
#include "cli/scan_run.h"
#include "cli/session.h"
#include "cli/shipped_data.h"
#include "cli/terminal.h"
#include "ingest/model_id.h"

namespace bedrocklog::cli {
namespace {

std::string yes_no(bool value) {
  return value ? "yes" : "no";
}

ExitCode print_listing(const Session& session, const Listing& listing) {
  const Result<std::string> text = render_listing(listing, session.settings.text("format"));
  if (!text) {
    return stop_at_setting(session.settings, text.error());
  }
  const Result<bool> written = write_standard_output(*text);
  return written ? ExitCode::complete : stop(Step::write_output, written.error());
}

}  // namespace

}  // namespace bedrocklog::cli
