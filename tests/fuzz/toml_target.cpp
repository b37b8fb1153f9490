// A configuration file or model map of any bytes: read, or refused with words.
#include <string>

#include "cli/configuration.h"
#include "tests/fuzz/finding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace cli = bedrocklog::cli;
  namespace fuzz = bedrocklog::fuzz;
  const std::string_view text = fuzz::text_of(data, size);
  auto configuration = cli::parse_configuration(text, "bedrocklog.toml");
  fuzz::expect(configuration || !configuration.error().message.empty(), "refused without words");
  if (configuration) {
    cli::Configuration strong;
    cli::add_weaker(strong, *std::move(configuration));
  }
  const auto models = cli::parse_model_map(text, "models.toml");
  fuzz::expect(models || !models.error().message.empty(), "refused without words");
  return 0;
}
