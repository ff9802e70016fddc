// Runs a model through its descriptor on the tensors of a folder: nothing here but its name depends on the model.
#include "digit_reader.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

std::vector<float> readTensor(const std::string &path, const edgecc_tensor &tensor) {
  if (tensor.dtype != EDGECC_FLOAT32)
    throw std::runtime_error(std::string(tensor.name) + " is not of floats");
  std::vector<float> values(tensor.bytes / sizeof(float));
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char *>(values.data()), static_cast<std::streamsize>(tensor.bytes)))
    throw std::runtime_error(path + " has less than " + std::to_string(tensor.bytes) + " bytes");
  return values;
}

bool isClose(const std::vector<float> &found, const std::vector<float> &expected) {
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!(std::fabs(found[i] - expected[i]) < 1e-5f))
      return false;
  return true;
}

// Runs the model and says whether all outputs are as they should be.
bool check(const edgecc_model &model, const std::string &folder) {
  std::vector<std::vector<float>> inputs, outputs, expected;
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
  for (uint32_t i = 0; i < model.num_inputs; ++i) {
    inputs.push_back(readTensor(folder + "/input_" + std::to_string(i) + ".bin", model.inputs[i]));
    inputPointers.push_back(inputs.back().data());
  }
  for (uint32_t i = 0; i < model.num_outputs; ++i) {
    expected.push_back(readTensor(folder + "/output_" + std::to_string(i) + ".bin", model.outputs[i]));
    outputs.emplace_back(expected.back().size());
    outputPointers.push_back(outputs.back().data());
  }
  void *arena = model.arena_bytes ? std::aligned_alloc(model.arena_alignment, model.arena_bytes) : nullptr;
  int failed = model.run(inputPointers.data(), outputPointers.data(), arena, nullptr);
  std::free(arena);
  if (failed)
    return false;
  for (uint32_t i = 0; i < model.num_outputs; ++i)
    if (!isClose(outputs[i], expected[i]))
      return false;
  return true;
}

} // namespace

int main(int argc, char **argv) {
  try {
    if (argc != 2)
      throw std::runtime_error("usage: read-digit FOLDER");
    if (!check(digit_reader_model, argv[1]))
      throw std::runtime_error("the outputs differ from those in " + std::string(argv[1]));
    std::printf("%s: %u steps, as expected\n", digit_reader_model.name, digit_reader_model.num_steps);
    return 0;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "read-digit: %s\n", error.what());
    return 1;
  }
}
