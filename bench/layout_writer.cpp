// Raw archive, CloudWatch export, subscription envelopes, CLI and Insights answers, odd JSON.
#include "bench/layout_writer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <zlib.h>

#include "bench/civil_time.h"
#include "bench/random_source.h"
#include "bench/text_encoding.h"
#include "bench/text_source.h"

namespace bedrocklog::bench {

namespace {

using Records = std::vector<RecordLine>;

constexpr int gzip_window_bits = 15 + 16;  // zlib: 16 more asks for a gzip header.
constexpr int gzip_memory_level = 8;
constexpr int gzip_level = 6;
constexpr std::size_t envelope_records_max = 3;
constexpr std::string_view permission_message =
    "Permissions are correctly set for Amazon Bedrock logs.";

std::string lines(const Records& records) {
  std::string text;
  for (const RecordLine& record : records) {
    text += record.json;
    text += '\n';
  }
  return text;
}

std::string glued(const Records& records) {
  std::string text;
  for (const RecordLine& record : records) {
    text += record.json;
  }
  return text;
}

std::string array(const Records& records) {
  std::string text = "[";
  for (const RecordLine& record : records) {
    text += text.size() == 1 ? "\n" : ",\n";
    text += record.json;
  }
  return text + "\n]\n";
}

std::string pretty(const Records& records) {
  std::string text;
  for (const RecordLine& record : records) {
    text += indented_json(record.json) + '\n';
  }
  return text;
}

std::string export_lines(const FilePlan& file, const Records& records, ExtraValues& extra) {
  std::string text;
  if (file.index % 2 == 0) {
    const std::string at = instant_text(file.flush_s);
    text += fmt::format("{}.580Z {}\n", at.substr(0, at.size() - 1), permission_message);
    ++extra.permission_lines;
  }
  for (const RecordLine& record : records) {
    const std::string at = instant_text(record.at_s);
    // Some exports carry epoch milliseconds instead of a date.
    text += file.index % 4 == 3 ? fmt::format("{}000 ", record.at_s)
                                : fmt::format("{}.000Z ", at.substr(0, at.size() - 1));
    text += record.json;
    text += '\n';
  }
  return text;
}

std::string event_id(const FilePlan& file, std::size_t number) {
  return fmt::format("39{:020}{:020}{:014}", mixed(file.seed, file.index), file.index, number);
}

std::string envelope(const FilePlan& file, std::size_t first, const Records& records) {
  std::string text = fmt::format(
      R"({{"messageType":"DATA_MESSAGE","owner":"{}","logGroup":"/aws/bedrock/modelinvocations",)"
      R"("logStream":"aws/bedrock/modelinvocations","subscriptionFilters":["to-archive"],)"
      R"("logEvents":[)",
      file.account);
  const std::size_t end = std::min(records.size(), first + envelope_records_max);
  for (std::size_t number = first; number < end; ++number) {
    text += fmt::format(R"({}{{"id":"{}","timestamp":{}000,"message":)", number == first ? "" : ",",
                        event_id(file, number), records[number].at_s);
    append_quoted(records[number].json, text);
    text += '}';
  }
  return text + "]}";
}

std::string heartbeat(const FilePlan& file) {
  return fmt::format(
      R"({{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"",)"
      R"("subscriptionFilters":[],"logEvents":[{{"id":"","timestamp":{}000,)"
      R"("message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}}]}})",
      file.flush_s);
}

// Envelopes one after another without a separator, as Firehose concatenates them.
std::vector<std::string> envelopes(const FilePlan& file, const Records& records,
                                   ExtraValues& extra) {
  std::vector<std::string> texts;
  for (std::size_t first = 0; first < records.size(); first += envelope_records_max) {
    texts.push_back(envelope(file, first, records));
  }
  if (file.index % 2 == 0) {
    texts.insert(texts.begin(), heartbeat(file));
    ++extra.control_messages;
  }
  return texts;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    all += text;
  }
  return all;
}

std::string gzip_members(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    all += gzip(text);
  }
  return all;
}

std::string awslogs_events(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    all += fmt::format("{{\"awslogs\": {{\"data\": \"{}\"}}}}\n", base64(gzip(text)));
  }
  return all;
}

std::string cli_events(const FilePlan& file, const Records& records, ExtraValues& extra) {
  constexpr std::string_view event_head =
      "        {\n            \"logStreamName\": \"aws/bedrock/modelinvocations\",\n";
  std::string text = "{\n    \"events\": [\n";
  if (file.index % 2 == 0) {
    text += fmt::format(
        "{}            \"timestamp\": {}000,\n            \"message\": \"{}\"\n"
        "        }},\n",
        event_head, file.flush_s, permission_message);
    ++extra.permission_lines;
  }
  for (std::size_t number = 0; number < records.size(); ++number) {
    text += event_head;
    text += fmt::format("            \"timestamp\": {}000,\n            \"message\": ",
                        records[number].at_s);
    append_quoted(records[number].json, text);
    text += fmt::format(
        ",\n            \"ingestionTime\": {}416,\n            \"eventId\": "
        "\"{}\"\n        }}{}\n",
        records[number].at_s + 7, event_id(file, number), number + 1 == records.size() ? "" : ",");
  }
  return text + "    ],\n    \"searchedLogStreams\": []\n}\n";
}

// "2026-03-01T05:06:07Z" as Insights prints it: "2026-03-01 05:06:07.000".
std::string insights_time(std::int64_t at_s) {
  std::string text = instant_text(at_s);
  text[10] = ' ';
  text.pop_back();
  return text + ".000";
}

std::string insights_json(const FilePlan& file, const Records& records) {
  std::string text = "{\n \"results\": [\n";
  for (std::size_t number = 0; number < records.size(); ++number) {
    text += fmt::format(
        "  [{{\"field\": \"@timestamp\", \"value\": \"{}\"}},\n"
        "   {{\"field\": \"@message\", \"value\": ",
        insights_time(records[number].at_s));
    append_quoted(records[number].json, text);
    text += fmt::format("}},\n   {{\"field\": \"@ptr\", \"value\": \"Cp{}=\"}}]{}\n",
                        event_id(file, number), number + 1 == records.size() ? "" : ",");
  }
  return text + fmt::format(
                    " ],\n \"statistics\": {{\"recordsMatched\": {0}.0, "
                    "\"recordsScanned\": {0}.0, \"bytesScanned\": {1}.0}},\n"
                    " \"status\": \"Complete\"\n}}\n",
                    records.size(), text.size());
}

std::string insights_csv(const Records& records) {
  std::string text = "@timestamp,requestId,@message\n";
  for (const RecordLine& record : records) {
    text += fmt::format("{},{},\"", insights_time(record.at_s), record.request_id);
    for (const char c : record.json) {
      text.append(c == '"' ? 2 : 1, c);
    }
    text += "\"\n";
  }
  return text;
}

}  // namespace

std::string file_bytes(const FilePlan& file, const std::vector<RecordLine>& records,
                       ExtraValues& extra) {
  switch (file.layout) {
    case FileLayout::raw_lines:
    case FileLayout::flat_lines:
      return gzip(lines(records));
    case FileLayout::export_lines:
      return gzip(export_lines(file, records, extra));
    case FileLayout::subscription_single:
      return gzip(joined(envelopes(file, records, extra)));
    case FileLayout::subscription_glued:
      return gzip_members(envelopes(file, records, extra));
    case FileLayout::subscription_double:
      return gzip(gzip_members(envelopes(file, records, extra)));
    case FileLayout::subscription_awslogs:
      return awslogs_events(envelopes(file, records, extra));
    case FileLayout::cli_events:
      return cli_events(file, records, extra);
    case FileLayout::insights_json:
      return insights_json(file, records);
    case FileLayout::insights_csv:
      return insights_csv(records);
    case FileLayout::pretty:
      return pretty(records);
    case FileLayout::array:
      return gzip(array(records));
    case FileLayout::glued:
      return gzip(glued(records));
    case FileLayout::bom_lines:
      return "\xEF\xBB\xBF" + lines(records);
    case FileLayout::utf16_events:
      return utf16le_with_bom(cli_events(file, records, extra));
  }
  return {};
}

std::string gzip(std::string_view plain) {
  z_stream stream{};
  if (deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window_bits, gzip_memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    std::fputs("generate_logs: zlib cannot start\n", stderr);
    std::abort();
  }
  std::string packed(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
  // zlib's interface predates const; deflate does not write to its input.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
    std::fputs("generate_logs: zlib did not finish a member\n", stderr);
    std::abort();
  }
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace bedrocklog::bench
