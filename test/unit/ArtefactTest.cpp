// The texts of an artefact: identifiers, the header (which must compile, its example too), manifest, CMake and
// pkg-config.

#include "compiler/Artefact/Identifier.h"
#include "compiler/Artefact/ModelSummary.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace edgecc::artefact;

namespace {

//===-- Identifiers ----------------------------------------------------------------------------------------------===//

TEST(Identifier, KeepsWhatIsOne) {
  IdentifierScope scope;
  EXPECT_EQ(scope.unique("conv3_out"), "conv3_out");
}

TEST(Identifier, ReplacesOtherCharacters) {
  IdentifierScope scope;
  EXPECT_EQ(scope.unique("StatefulPartitionedCall:0"), "StatefulPartitionedCall_0");
  EXPECT_EQ(scope.unique("onnx::Flatten_0"), "onnx_Flatten_0");
  EXPECT_EQ(scope.unique("/layer.1/out/"), "layer_1_out");
  EXPECT_EQ(scope.unique("__init"), "init");
}

TEST(Identifier, BeginsWithALetter) {
  IdentifierScope scope;
  EXPECT_EQ(scope.unique("16"), "tensor_16");
  EXPECT_EQ(scope.unique("\xc3\xa9"), "tensor");
  EXPECT_EQ(scope.unique("758", "output"), "output_758");
}

TEST(Identifier, AvoidsReservedWordsAndOtherParameters) {
  IdentifierScope scope;
  EXPECT_EQ(scope.unique("float"), "tensor_float");
  EXPECT_EQ(scope.unique("class"), "tensor_class");
  EXPECT_EQ(scope.unique("arena"), "tensor_arena");
  EXPECT_EQ(scope.unique("NULL"), "tensor_NULL");
}

TEST(Identifier, DiffersAlsoInUpperCase) {
  IdentifierScope scope;
  EXPECT_EQ(scope.unique("x"), "x");
  EXPECT_EQ(scope.unique("X"), "X_2");
  EXPECT_EQ(scope.unique("x!"), "x_3");
}

TEST(Identifier, ModelNamesHideNoSystemHeaderOrLibrary) {
  EXPECT_EQ(modelIdentifier("face-mesh.v2"), "face_mesh_v2");
  EXPECT_EQ(modelIdentifier("string"), "model_string");
  EXPECT_EQ(modelIdentifier("m"), "model_m");
  EXPECT_EQ(modelIdentifier("edgecc"), "model_edgecc");
  EXPECT_FALSE(isModelIdentifier("Math"));
  EXPECT_TRUE(isModelIdentifier("digits"));
}

//===-- Files ----------------------------------------------------------------------------------------------------===//

/// A model with two inputs of rather different types and an output, with names that would break careless text.
ModelSummary summary() {
  ModelSummary model;
  model.name = "digits";
  model.modelFile = "digits */ v1.onnx";
  model.version = "0.1.0";
  model.options = "--target=cpu";
  model.hash = "0123456789abcdef";
  model.target = {"x86_64-unknown-linux-gnu", "haswell", "+avx2,+fma"};
  model.inputs = {{"image", "image", 1, {1, 1, 28, 28}, 3136, "NCHW"}, {"half:0", "half_0", 10, {}, 2, ""}};
  model.outputs = {{"probabilities\n", "probabilities", 1, {1, 10}, 40, ""}};
  model.arenaBytes = 4096;
  model.arenaLowerBoundBytes = 4000;
  model.weightBytes = 423464;
  model.arena = {{"conv1_out", 0, 2704, 0, 1}, {"pool1_out", 2752, 676, 1, 2}};
  model.steps = {{"Conv_0", "Conv+Relu", "cpu", 97344, 6000}, {"Gemm \xff", "Gemm", "cpu", 640, 2700}};
  return model;
}

class ArtefactFiles : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(sys::fs::createUniqueDirectory("edgecc-artefact", directory)); }
  void TearDown() override { sys::fs::remove_directories(directory); }

  std::string path(StringRef name) const {
    SmallString<128> result(directory);
    sys::path::append(result, name);
    return std::string(result);
  }

  std::string read(StringRef name) const {
    auto buffer = MemoryBuffer::getFile(path(name));
    return buffer ? (*buffer)->getBuffer().str() : "no file " + name.str();
  }

  void write(StringRef name, StringRef text) const {
    std::error_code error;
    raw_fd_ostream(path(name), error) << text;
    ASSERT_FALSE(error);
  }

  void writeTexts(const ModelSummary &model) { ASSERT_EQ(toString(writeArtefactTexts(model, directory)), ""); }

  static int execute(ArrayRef<StringRef> arguments) {
    std::string problem;
    int status = sys::ExecuteAndWait(arguments[0], arguments, std::nullopt, {}, 0, 0, &problem);
    EXPECT_EQ(problem, "");
    return status;
  }

  /// Compiles a file of the folder as C99 and as C++, without a warning.
  void expectCompiles(StringRef source) {
    std::string include = "-I" + directory.str().str(), file = path(source);
    EXPECT_EQ(execute({EDGECC_TEST_CC, "-x", "c", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror",
                       "-fsyntax-only", include, file}),
              0);
    EXPECT_EQ(execute({EDGECC_TEST_CXX, "-x", "c++", "-std=c++11", "-Wall", "-Wextra", "-pedantic", "-Werror",
                       "-fsyntax-only", include, file}),
              0);
  }

  /// The example in the header's first comment: its lines are indented by five spaces.
  std::string exampleOf(StringRef header) const {
    std::string example;
    SmallVector<StringRef> lines;
    header.split("Example;").second.split("*/\n#ifndef").first.split(lines, '\n');
    for (StringRef line : lines)
      if (line.consume_front(" *     "))
        example += line.str() + "\n";
    return example;
  }

  SmallString<128> directory;
};

TEST_F(ArtefactFiles, HeaderCompilesAlone) {
  writeTexts(summary());
  write("use.c", "#include \"digits.h\"\n#include \"digits.h\"\n"
                 "int all(const float *x, const uint16_t *h, float *y, void *m) { return digits_run(x, h, y, m); }\n"
                 "uint64_t size(void) { return digits_model.arena_bytes; }\n");
  expectCompiles("use.c");
}

TEST_F(ArtefactFiles, HeaderExampleCompiles) {
  writeTexts(summary());
  std::string example = exampleOf(read("digits.h"));
  ASSERT_NE(StringRef(example).find("digits_run(image, half_0, probabilities, memory)"), StringRef::npos) << example;
  write("example.c", example);
  expectCompiles("example.c");
}

TEST_F(ArtefactFiles, HeaderExampleCompilesWithPoolAndWithoutArena) {
  ModelSummary model = summary();
  model.needsRuntime = true;
  model.arenaBytes = 0;
  writeTexts(model);
  std::string example = exampleOf(read("digits.h"));
  ASSERT_NE(StringRef(example).find("digits_run(image, half_0, probabilities, 0, 0)"), StringRef::npos) << example;
  write("example.c", example);
  expectCompiles("example.c");
}

ModelSummary framedSummary() {
  ModelSummary model = summary();
  FrameSummary frame;
  frame.format = FrameFormat::Nv12;
  frame.width = 640;
  frame.height = 480;
  frame.mean = frame.std = {1, 2, 3};
  model.frame = frame;
  return model;
}

TEST_F(ArtefactFiles, HeaderOfAFrameCompiles) {
  ModelSummary model = framedSummary();
  model.needsRuntime = true;
  writeTexts(model);
  write("use.c",
        "#include \"digits.h\"\n"
        "int all(const edgecc_frame *f, const uint16_t *h, float *y, void *m) {\n"
        "  return digits_prepare_frame(f, y) + digits_run_frame(f, h, y, m, 0) +\n"
        "         (int)digits_frame_stage.width + DIGITS_FRAME_PLANE1_STRIDE + DIGITS_FRAME_ARENA_BYTES;\n}\n");
  expectCompiles("use.c");
}

TEST_F(ArtefactFiles, ArenaOfAFrameHoldsTheTensorToo) {
  ModelSummary model = framedSummary();
  model.arenaBytes = 4000;
  EXPECT_EQ(model.frameTensorOffset(), 4032u);
  EXPECT_EQ(model.frameArenaBytes(), 4032u + 3136u);
  model.arenaBytes = 0;
  EXPECT_EQ(model.frameArenaBytes(), 3136u);
}

TEST_F(ArtefactFiles, HeaderHasSizesAsMacros) {
  writeTexts(summary());
  std::string header = read("digits.h");
  for (StringRef line : {"#define DIGITS_ARENA_BYTES 4096\n", "#define DIGITS_ARENA_ALIGNMENT 64 ",
                         "#define DIGITS_WEIGHT_BYTES 423464 ", "#define DIGITS_INPUT_IMAGE_ELEMENTS 784\n",
                         "#define DIGITS_INPUT_HALF_0_ELEMENTS 1\n", "#define DIGITS_OUTPUT_PROBABILITIES_BYTES 40\n"})
    EXPECT_NE(StringRef(header).find(line), StringRef::npos) << line.str();
}

TEST_F(ArtefactFiles, ManifestIsJson) {
  writeTexts(summary());
  auto manifest = json::parse(read("digits.json"));
  ASSERT_TRUE(bool(manifest)) << toString(manifest.takeError());
  const json::Object &object = *manifest->getAsObject();
  EXPECT_EQ(object.getString("name"), StringRef("digits"));
  EXPECT_EQ(object.getInteger("macs"), 97984);
  EXPECT_EQ(object.getObject("memory")->getInteger("arena_bytes"), 4096);
  EXPECT_EQ(object.getArray("steps")->size(), 2u);
  EXPECT_EQ(object.getArray("inputs")->front().getAsObject()->getString("dtype"), StringRef("float32"));
}

TEST_F(ArtefactFiles, CMakeFindsThePackage) {
  writeTexts(summary());
  write("libdigits.a", "!<arch>\n");
  write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.13)\n"
                          "project(app NONE)\n"
                          "find_package(digits REQUIRED)\n"
                          "get_target_property(library digits::digits IMPORTED_LOCATION)\n"
                          "if(NOT EXISTS \"${library}\")\n"
                          "  message(FATAL_ERROR \"no ${library}\")\n"
                          "endif()\n");
  std::string directoryOption = "-Ddigits_DIR=" + directory.str().str(), build = path("build");
  EXPECT_EQ(execute({EDGECC_TEST_CMAKE, "--log-level=ERROR", "-S", directory, "-B", build, directoryOption}), 0);
}

TEST_F(ArtefactFiles, PkgConfigIsRelocatable) {
  writeTexts(summary());
  std::string text = read("digits.pc");
  EXPECT_NE(StringRef(text).find("prefix=${pcfiledir}\n"), StringRef::npos);
  EXPECT_NE(StringRef(text).find("-ldigits -lm"), StringRef::npos);
  EXPECT_EQ(StringRef(text).find("Requires"), StringRef::npos);
}

TEST_F(ArtefactFiles, SameSummaryGivesSameBytesAndNoPath) {
  const StringRef files[] = {"digits.h", "digits.json", "digitsConfig.cmake", "digits.pc"};
  writeTexts(summary());
  std::vector<std::string> first;
  for (StringRef file : files)
    first.push_back(read(file));
  writeTexts(summary());
  for (auto [file, text] : zip(files, first)) {
    EXPECT_EQ(read(file), text);
    EXPECT_EQ(StringRef(text).find(directory), StringRef::npos) << file.str();
  }
}

TEST_F(ArtefactFiles, FolderThatCannotBeMadeIsAnError) {
  write("file", "");
  EXPECT_NE(toString(writeArtefactTexts(summary(), path("file/out"))), "");
}

} // namespace
