#include "python-free-tools/common/Process.h"

#include "gtest/gtest.h"

using namespace edgecc::tools;

namespace {

ProcessResult shell(const char *script, unsigned timeoutSeconds = 20) {
  return runProcess({"sh", "-c", script}, timeoutSeconds);
}

TEST(Process, StreamsAndExitCodeAreKept) {
  ProcessResult result = shell("echo out; echo note >&2; echo 'x: error: bad' >&2; exit 3");
  EXPECT_FALSE(result.succeeded());
  EXPECT_EQ(result.kind, ProcessResult::Exited);
  EXPECT_EQ(result.exitCode, 3);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.summary(), "x: error: bad");
  EXPECT_TRUE(shell("exit 0").succeeded());
}

TEST(Process, CrashIsNoExit) {
  ProcessResult result = shell("echo 'Assertion failed' >&2; kill -SEGV $$");
  EXPECT_EQ(result.kind, ProcessResult::Crashed);
  EXPECT_NE(result.summary().find("crashed (Segmentation fault"), std::string::npos) << result.summary();
  EXPECT_NE(result.summary().find("Assertion failed"), std::string::npos) << result.summary();
}

TEST(Process, SlowProgramIsEnded) {
  ProcessResult result = shell("exec sleep 60", /*timeoutSeconds=*/1);
  EXPECT_EQ(result.kind, ProcessResult::TimedOut);
  EXPECT_EQ(result.summary(), "did not end within 1 s");
}

TEST(Process, MissingProgramIsReported) {
  EXPECT_EQ(runProcess({"no-such-program"}, 1).kind, ProcessResult::NotStarted);
  EXPECT_EQ(runProcess({"/no/such/program"}, 1).kind, ProcessResult::NotStarted);
}

} // namespace
