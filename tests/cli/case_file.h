// A test of the whole program as data: tests/cases/<name>.case.
//
//   # what the case shows
//   $ bedrocklog report logs --format csv       the command, run by sh in an empty folder
//   --- copy two_calls.jsonl logs/a.jsonl       a file of tests/cases/inputs
//   --- file bedrocklog.toml                    a file, content below
//   --- env NAME=VALUE
//   --- stdin                                   content below
//   --- exit 64                                 0 when it is not said
//   --- stdout | stderr | written PATH          exactly the content below; stderr is empty when it
//                                               is not said, stdout then is not looked at
//   --- stdout contains | lacks                 each line below somewhere, or nowhere, in it
//   --- absent PATH                             no such file afterwards
#pragma once

#include <map>
#include <string>
#include <vector>

namespace bedrocklog::cli {

struct CaseFile {
  struct Expectation {
    std::string subject;  // "stdout", "stderr", or a path.
    std::string how;      // "is", "contains", "lacks", "absent".
    std::string content;
  };
  std::string command;
  std::map<std::string, std::string> copies;  // Path by name under inputs/.
  std::map<std::string, std::string> files;   // Content by path.
  std::vector<std::string> environment;
  std::string standard_input;
  int exit_code = 0;
  std::vector<Expectation> expectations;
  std::string fault;  // What is wrong with the case file; empty: nothing.
};

CaseFile parse_case(const std::string& text);

struct CaseOutcome {
  int exit_code = 0;
  std::string standard_output, standard_error;
};

/// Runs the command in `folder` (made by the caller) with `binary` first on the PATH.
CaseOutcome run_case(const CaseFile& file, const std::string& folder, const std::string& binary);

std::string read_whole_file(const std::string& path);

}  // namespace bedrocklog::cli
