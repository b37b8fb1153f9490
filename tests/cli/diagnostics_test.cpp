// Which code a fault ends the process with.
#include "cli/diagnostics.h"

#include <gtest/gtest.h>

namespace bedrocklog::cli {
namespace {

Fault fault_of(FaultCause cause) {
  return {"s3://bucket/", "does not work", cause};
}

TEST(ExitCodes, AFaultWithoutCauseEndsAsItsStepSays) {
  EXPECT_EQ(exit_code_of(Step::list_input, fault_of(FaultCause::unspecified)),
            ExitCode::nothing_found);
  EXPECT_EQ(exit_code_of(Step::command_line, fault_of(FaultCause::unspecified)), ExitCode::usage);
}

TEST(ExitCodes, ACauseWinsOverTheStep) {
  for (const Step step : {Step::list_input, Step::command_line, Step::write_output}) {
    EXPECT_EQ(exit_code_of(step, fault_of(FaultCause::access_denied)), ExitCode::access_denied);
    EXPECT_EQ(exit_code_of(step, fault_of(FaultCause::credentials_missing)),
              ExitCode::configuration_missing);
    EXPECT_EQ(exit_code_of(step, fault_of(FaultCause::unavailable)), ExitCode::service_unavailable);
    EXPECT_EQ(exit_code_of(step, fault_of(FaultCause::try_again)), ExitCode::temporary_failure);
    EXPECT_EQ(exit_code_of(step, fault_of(FaultCause::not_found)), ExitCode::nothing_found);
  }
}

}  // namespace
}  // namespace bedrocklog::cli
