// Where documents go and how they are to look: files by -o, standard output by --format.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/diagnostics.h"
#include "cli/output_file.h"
#include "cli/output_format.h"
#include "cli/session.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

struct OutputFile {
  std::string path;
  OutputFormat format = OutputFormat::csv;
};

struct OutputRequest {
  RenderOptions render;  // For standard output; files have no colour and no width.
  std::vector<OutputFile> files;
  std::optional<OutputFormat> standard_output;  // Nothing: files only.
};

/// What a command has to make documents of. FOCUS rows are made of charges, not of a report.
enum class DocumentKinds : std::uint8_t { reports, reports_and_focus };

/// Whether some document of the request is of FOCUS rows.
[[nodiscard]] bool wants_focus(const OutputRequest& request);

/// Reads --output, --format, --fields, --color, --width, --ascii and the CSV flags. With -o files
/// alone standard output stays empty; `-o -` puts it back in. Faults name the flag; FOCUS rows are
/// one where `kinds` has none.
[[nodiscard]] Result<OutputRequest> read_output_request(const Session& session,
                                                        DocumentKinds kinds);

/// The last step before a long scan, when every setting has been read: dates the documents (RFC
/// 3339; nothing: undated) and tries whether the files can be written. Nothing, or the code to end
/// with.
[[nodiscard]] std::optional<ExitCode> make_outputs_ready(
    OutputRequest& request, const std::optional<std::string>& generated_at);

/// Both steps, for reports of a command that has read all its other settings.
[[nodiscard]] OrExit<OutputRequest> make_output_request(
    const Session& session, const std::optional<std::string>& generated_at);

/// Hands the document in one format to `append`, piece by piece.
using RenderDocument = std::function<std::optional<Fault>(
    OutputFormat format, const RenderOptions& options, const AppendPiece& append)>;

/// How writing ended.
struct WrittenOutput {
  std::optional<Fault> unfit;     // The document cannot be made; files before it are written.
  std::optional<ExitCode> ended;  // The code to end with: not writable, told already.
  bool is_closed = false;         // Standard output is a closed pipe: end quietly.
};

/// Writes every file, then standard output; stops at the first that fails. With --verbose tells
/// each file.
[[nodiscard]] WrittenOutput write_documents(const OutputRequest& request, const Settings& settings,
                                            const RenderDocument& render);

/// Writes `report` in every format that was asked for and tells which columns a terminal had no
/// room for. Nothing, or the code to end with: complete for a closed pipe.
[[nodiscard]] std::optional<ExitCode> write_report_documents(const Session& session,
                                                             const OutputRequest& request,
                                                             const analytics::Report& report);

/// With --verbose: "wrote PATH, N bytes".
void tell_written(const Settings& settings, const std::string& path, std::size_t bytes);

}  // namespace bedrocklog::cli
