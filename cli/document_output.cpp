// Output settings into a request, and documents into files and standard output.
#include "cli/document_output.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/list_text.h"
#include "cli/terminal.h"

namespace bedrocklog::cli {
namespace {

using Failed = std::optional<Fault>;

Failed read_csv_style(const Settings& settings, CsvStyle& style) {
  const std::string delimiter = settings.text("csv-delimiter");
  if (delimiter == "tab" || delimiter == "\\t") {
    style.delimiter = '\t';
  } else if (delimiter.size() == 1 && delimiter[0] > ' ' && delimiter[0] <= '~' &&
             delimiter[0] != '"') {
    style.delimiter = delimiter[0];
  } else {
    return Fault{"--csv-delimiter",
                 fmt::format("takes one printable character other than \", or tab: {}", delimiter)};
  }
  style.byte_order_mark = settings.is_on("csv-bom");
  style.raw = settings.is_on("csv-raw");
  style.total_row = settings.is_on("total-row");
  return std::nullopt;
}

Failed read_style(const Session& session, RenderOptions& render) {
  const Settings& settings = session.settings;
  Result<TableStyle> table = table_style(settings, session.environment, output_is_terminal());
  if (!table) {
    return table.error();
  }
  render.table = *table;
  if (Failed failed = read_csv_style(settings, render.csv)) {
    return failed;
  }
  render.fields = split_list(settings.text("fields"));
  render.tool_version = BEDROCKLOG_VERSION;
  return std::nullopt;
}

Failed read_destinations(const Settings& settings, OutputRequest& request) {
  const std::string format_text = settings.text("format");
  std::optional<OutputFormat> format;
  if (!format_text.empty()) {
    const Result<OutputFormat> parsed = parse_format(format_text);
    if (!parsed) {
      return Fault{"--format", parsed.error().message};
    }
    format = *parsed;
  }
  const std::vector<std::string> paths = settings.list("output");
  if (paths.empty() || std::find(paths.begin(), paths.end(), "-") != paths.end()) {
    request.standard_output = format.value_or(OutputFormat::table);
    if (is_binary(*request.standard_output) && output_is_terminal()) {
      return Fault{"--format",
                   fmt::format("{} is no text for a terminal; write it to a file with -o "
                               "FILE.{}, or into a pipe",
                               format_text, format_text)};
    }
  }
  for (const std::string& path : paths) {
    if (path == "-") {
      continue;
    }
    if (std::any_of(request.files.begin(), request.files.end(),
                    [&](const OutputFile& file) { return file.path == path; })) {
      return Fault{"--output", fmt::format("is given twice: {}", path)};
    }
    Result<OutputFormat> by_ending = format_of_file(path);
    const bool is_csv = by_ending && *by_ending == OutputFormat::csv;
    if (is_csv && format == OutputFormat::focus_csv) {
      by_ending = *format;  // As much CSV as the other.
    }
    if (!by_ending && format) {
      by_ending = *format;  // --format speaks for endings that say nothing.
    }
    if (!by_ending) {
      return Fault{"--output", by_ending.error().message};
    }
    request.files.push_back({path, *by_ending});
  }
  return std::nullopt;
}

Failed refuse_focus(const Settings& settings, const OutputRequest& request) {
  if (!wants_focus(request)) {
    return std::nullopt;
  }
  const bool is_by_name = settings.text("format") == "focus-csv";
  return Fault{is_by_name ? "--format" : "--output", "focus-csv is written by the command cost"};
}

/// Files are made for other places and other eyes: no colour, no width, no locale.
RenderOptions file_options(const RenderOptions& render, const Settings& settings) {
  RenderOptions options = render;
  options.table.color = false;
  options.table.width = 0;
  options.table.unicode = !settings.is_on("ascii");
  return options;
}

WrittenOutput write_one_file(const OutputFile& file, const RenderOptions& options,
                             const Settings& settings, const RenderDocument& render) {
  WrittenOutput written;
  std::size_t bytes = 0;
  const Failed failed = write_file_in_pieces(file.path, [&](const AppendPiece& append) {
    written.unfit = render(file.format, options, [&](std::string_view piece) {
      bytes += piece.size();
      return append(piece);
    });
    return written.unfit;
  });
  if (written.unfit) {
    return written;
  }
  if (failed) {
    written.ended = stop(Step::write_output, *failed);
    return written;
  }
  tell_written(settings, file.path, bytes);
  return written;
}

WrittenOutput print_document(OutputFormat format, const RenderOptions& options,
                             const RenderDocument& render) {
  WrittenOutput written;
  const Result<bool> done = write_standard_output_in_pieces([&](const AppendPiece& append) {
    written.unfit = render(format, options, append);
    return written.unfit;
  });
  if (written.unfit) {
    return written;
  }
  if (!done) {
    written.ended = stop(Step::write_output, done.error());
    return written;
  }
  written.is_closed = !*done;
  return written;
}

}  // namespace

Result<OutputRequest> read_output_request(const Session& session, DocumentKinds kinds) {
  OutputRequest request;
  if (const Failed failed = read_style(session, request.render)) {
    return tl::unexpected(*failed);
  }
  Failed failed = read_destinations(session.settings, request);
  if (!failed && kinds == DocumentKinds::reports) {
    failed = refuse_focus(session.settings, request);
  }
  if (failed) {
    return tl::unexpected(*failed);
  }
  return request;
}

std::optional<ExitCode> make_outputs_ready(OutputRequest& request,
                                           const std::optional<std::string>& generated_at) {
  request.render.generated_at = generated_at;
  for (const OutputFile& file : request.files) {
    if (const Failed failed = check_writable(file.path)) {
      return stop(Step::create_output, *failed);
    }
  }
  return std::nullopt;
}

OrExit<OutputRequest> make_output_request(const Session& session,
                                          const std::optional<std::string>& generated_at) {
  Result<OutputRequest> request = read_output_request(session, DocumentKinds::reports);
  if (!request) {
    return stop_at_setting(session.settings, request.error());
  }
  if (const std::optional<ExitCode> code = make_outputs_ready(*request, generated_at)) {
    return *code;
  }
  return std::move(*request);
}

bool wants_focus(const OutputRequest& request) {
  return request.standard_output == OutputFormat::focus_csv ||
         std::any_of(request.files.begin(), request.files.end(),
                     [](const OutputFile& file) { return file.format == OutputFormat::focus_csv; });
}

void tell_written(const Settings& settings, const std::string& path, std::size_t bytes) {
  if (settings.is_on("verbose")) {
    print_notice(fmt::format("wrote {}, {} bytes", path, bytes));
  }
}

WrittenOutput write_documents(const OutputRequest& request, const Settings& settings,
                              const RenderDocument& render) {
  const RenderOptions options = file_options(request.render, settings);
  for (const OutputFile& file : request.files) {
    WrittenOutput written = write_one_file(file, options, settings, render);
    if (written.unfit || written.ended) {
      return written;
    }
  }
  return request.standard_output ? print_document(*request.standard_output, request.render, render)
                                 : WrittenOutput{};
}

std::optional<ExitCode> write_report_documents(const Session& session, const OutputRequest& request,
                                               const analytics::Report& report) {
  const WrittenOutput written =
      write_documents(request, session.settings,
                      [&](OutputFormat format, const RenderOptions& options,
                          const AppendPiece& append) -> std::optional<Fault> {
                        const Result<void> done = render_in_pieces(report, format, options, append);
                        return done ? std::nullopt : std::optional(done.error());
                      });
  if (written.unfit) {
    return stop_at_setting(session.settings, *written.unfit);
  }
  if (written.ended || written.is_closed) {
    return written.ended.value_or(ExitCode::complete);
  }
  if (request.standard_output == OutputFormat::table && !session.settings.is_on("quiet")) {
    const std::vector<std::string> hidden = hidden_columns(report, request.render);
    if (!hidden.empty()) {
      print_notice(fmt::format("hidden for want of width: {}; --width 0 shows all",
                               fmt::join(hidden, ", ")));
    }
  }
  return std::nullopt;
}

}  // namespace bedrocklog::cli
