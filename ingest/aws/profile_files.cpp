// Reads the INI dialect of the shared AWS files: nested settings by indentation, comments, merging.
#include "ingest/aws/profile_files.h"

#include <algorithm>
#include <utility>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/small_file.h"

namespace bedrocklog::aws {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// A comment behind a value begins with a blank: "#" and ";" alone are part of URLs and keys.
std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if ((text[i] == '#' || text[i] == ';') && blanks.find(text[i - 1]) != std::string_view::npos) {
      return trimmed(text.substr(0, i));
    }
  }
  return text;
}

/// `[kind name]`, the name perhaps in quotes; kind is empty for `[name]`.
struct SectionHead {
  std::string kind;
  std::string name;
};

SectionHead section_head(std::string_view text) {
  const std::size_t blank = text.find_first_of(blanks);
  if (blank == std::string_view::npos) {
    return {"", std::string(text)};
  }
  std::string_view name = trimmed(text.substr(blank));
  const bool is_quoted =
      name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name[0];
  if (is_quoted) {
    name = name.substr(1, name.size() - 2);
  }
  return {std::string(text.substr(0, blank)), std::string(name)};
}

/// Sections under the text between their brackets.
using Sections = std::map<std::string, Section, std::less<>>;

/// Takes one file line by line.
class SectionParser {
 public:
  explicit SectionParser(const std::string& path) : path_(path) {}

  Result<Sections> parse(const std::string& text) {
    std::string_view bytes = text;
    if (bytes.starts_with("\xEF\xBB\xBF")) {
      bytes.remove_prefix(3);
    }
    while (!bytes.empty()) {
      const std::size_t end = std::min(bytes.find('\n'), bytes.size());
      ++line_number_;
      if (const Result<void> taken = take_line(bytes.substr(0, end)); !taken) {
        return pass_on(taken);
      }
      bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return std::move(sections_);
  }

 private:
  Result<void> take_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') {
      return {};
    }
    const std::size_t indent = line.find_first_not_of(blanks);
    if (!key_.empty() && indent > key_indent_) {
      return take_nested(text);
    }
    if (text.front() == '[') {
      return open_section(without_comment(text));
    }
    return take_setting(text, indent);
  }

  Result<void> open_section(std::string_view text) {
    const std::size_t end = text.rfind(']');
    const std::string_view inside =
        end == std::string_view::npos ? std::string_view() : trimmed(text.substr(1, end - 1));
    if (inside.empty()) {
      return wrong("section without name or closing bracket");
    }
    section_ = &sections_[std::string(inside)];
    key_.clear();
    return {};
  }

  Result<void> take_setting(std::string_view text, std::size_t indent) {
    const std::size_t sign = text.find_first_of("=:");
    if (section_ == nullptr) {
      return wrong("setting before any [section]");
    }
    if (sign == std::string_view::npos || sign == 0) {
      return wrong("neither a [section] nor a \"name = value\"");
    }
    key_ = lower_case(trimmed(text.substr(0, sign)));
    key_indent_ = indent;
    const std::string_view value = trimmed(text.substr(sign + 1));
    // The one value in which " #" and " ;" can mean something else.
    (*section_)[key_] = key_ == "credential_process" ? value : without_comment(value);
    return {};
  }

  /// An indented line belongs to the setting above: a part of it when that has no value of its own,
  /// else its value goes on.
  Result<void> take_nested(std::string_view text) {
    std::string& value = (*section_)[key_];
    if (!value.empty()) {
      value += '\n';
      value += without_comment(text);
      return {};
    }
    const std::size_t sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0) {
      return wrong("indented, but no \"name = value\"");
    }
    const std::string name = key_ + '.' + lower_case(trimmed(text.substr(0, sign)));
    (*section_)[name] = without_comment(trimmed(text.substr(sign + 1)));
    return {};
  }

  tl::unexpected<Fault> wrong(std::string what) const {
    return fault(path_ + ':' + std::to_string(line_number_), std::move(what));
  }

  const std::string& path_;
  Sections sections_;
  Section* section_ = nullptr;  // Map nodes stay where they are.
  std::string key_;
  std::size_t key_indent_ = 0;
  std::size_t line_number_ = 0;
};

Result<Sections> read_sections(const std::string& path) {
  if (path.empty()) {
    return Sections();
  }
  const Result<std::optional<std::string>> bytes = read_small_file(path);
  if (!bytes) {
    return pass_on(bytes);
  }
  return SectionParser(path).parse(bytes->value_or(""));
}

void merge(Section& into, const Section& from) {
  for (const auto& [key, value] : from) {
    into[key] = value;
  }
}

/// Sections without a kind are no profiles in the config file, `[default]` apart.
void take_config(const Sections& sections, ProfileFiles& files) {
  for (const auto& [text, section] : sections) {
    const SectionHead head = section_head(text);
    if (head.kind == "profile" && !head.name.empty()) {
      merge(files.profiles[head.name], section);
    } else if (head.kind == "sso-session") {
      merge(files.sso_sessions[head.name], section);
    } else if (head.kind == "services") {
      merge(files.services[head.name], section);
    }
  }
  // `[profile default]` is the one that counts where both are written.
  const auto plain = sections.find("default");
  if (plain != sections.end() && !files.profiles.contains("default")) {
    files.profiles["default"] = plain->second;
  }
}

std::string path_of(const Variables& variables, std::string_view name,
                    std::string_view below_home) {
  const std::string home = variable(variables, "HOME").value_or("");
  if (const std::optional<std::string> path = variable(variables, name)) {
    return path->starts_with("~/") && !home.empty() ? home + path->substr(1) : *path;
  }
  return home.empty() ? "" : home + std::string(below_home);
}

}  // namespace

std::optional<std::string> variable(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  if (found == variables.end() || found->second.empty()) {
    return std::nullopt;
  }
  return found->second;
}

const Section* ProfileFiles::profile(std::string_view name) const {
  const auto found = profiles.find(name);
  return found == profiles.end() ? nullptr : &found->second;
}

Result<ProfileFiles> load_profile_files(const Variables& variables) {
  ProfileFiles files;
  files.config_path = path_of(variables, "AWS_CONFIG_FILE", "/.aws/config");
  files.credentials_path = path_of(variables, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials");
  const Result<Sections> config = read_sections(files.config_path);
  if (!config) {
    return pass_on(config);
  }
  take_config(*config, files);
  Result<Sections> credentials = read_sections(files.credentials_path);
  if (!credentials) {
    return pass_on(credentials);
  }
  files.credentials = std::move(*credentials);
  for (const auto& [name, section] : files.credentials) {
    merge(files.profiles[name], section);
  }
  return files;
}

}  // namespace bedrocklog::aws
