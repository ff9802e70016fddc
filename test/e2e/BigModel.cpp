// Makes models of about 40 MB, with the weights inside the file and beside it, compiles them and holds the memory that
// edgecc takes at most against the size of the model.
//
//   big-model EDGECC WORK
#include <onnx/onnx_pb.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

using onnx::TensorProto;

namespace {

/// At most: 3 times the model, and what edgecc takes for a model without weights (its libraries, most of all).
constexpr long maxFactor = 3, fixedKilobytes = 160 * 1024;

class BigModel {
public:
  BigModel() {
    model.set_ir_version(8);
    model.add_opset_import()->set_version(13);
    graph().set_name("big");
    addValue(*graph().add_input(), "image", {1, 256, 14, 14});
    addConvolution("conv1", "image", 256, 512);
    addConvolution("conv2", "conv1", 512, 512);
    addNode("GlobalAveragePool", {"conv2"}, "pool");
    addNode("Flatten", {"pool"}, "features");
    addDense("dense1", "features", 512, 4096);
    addDense("dense2", "dense1", 4096, 1024);
    addValue(*graph().add_output(), "dense2", {1, 1024});
  }

  /// Writes the model; with `external`, the name of a file in the same folder, the weights go there. Returns the bytes
  /// of both.
  long write(const std::string &folder, const std::string &external) {
    long bytes = 0;
    if (!external.empty()) {
      std::ofstream data(folder + "/" + external, std::ios::binary);
      for (TensorProto &tensor : *graph().mutable_initializer()) {
        data << tensor.raw_data();
        moveOut(tensor, external, bytes);
      }
    }
    std::ofstream out(folder + "/model.onnx", std::ios::binary);
    model.SerializeToOstream(&out);
    return bytes + static_cast<long>(model.ByteSizeLong());
  }

private:
  onnx::GraphProto &graph() { return *model.mutable_graph(); }

  static void addValue(onnx::ValueInfoProto &value, const std::string &name, const std::vector<int64_t> &shape) {
    value.set_name(name);
    onnx::TypeProto_Tensor &type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(TensorProto::FLOAT);
    for (int64_t size : shape)
      type.mutable_shape()->add_dim()->set_dim_value(size);
  }

  onnx::NodeProto &addNode(const std::string &op, const std::vector<std::string> &inputs, const std::string &output) {
    onnx::NodeProto &node = *graph().add_node();
    node.set_op_type(op);
    node.set_name(output);
    for (const std::string &input : inputs)
      node.add_input(input);
    node.add_output(output);
    return node;
  }

  void addConvolution(const std::string &name, const std::string &input, int64_t from, int64_t to) {
    onnx::NodeProto &node = addNode("Conv", {input, addWeights(name + ".weight", {to, from, 3, 3})}, name);
    onnx::AttributeProto &pads = *node.add_attribute();
    pads.set_name("pads");
    pads.set_type(onnx::AttributeProto::INTS);
    for (int side = 0; side < 4; ++side)
      pads.add_ints(1);
  }

  void addDense(const std::string &name, const std::string &input, int64_t from, int64_t to) {
    addNode("Gemm", {input, addWeights(name + ".weight", {from, to}), addWeights(name + ".bias", {to})}, name);
  }

  std::string addWeights(const std::string &name, const std::vector<int64_t> &shape) {
    TensorProto &tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(TensorProto::FLOAT);
    size_t count = 1;
    for (int64_t size : shape) {
      tensor.add_dims(size);
      count *= size;
    }
    std::string &bytes = *tensor.mutable_raw_data();
    bytes.resize(count * sizeof(float));
    auto *values = reinterpret_cast<float *>(bytes.data());
    for (size_t i = 0; i < count; ++i) {
      random = random * 6364136223846793005u + 1442695040888963407u; // Knuth's MMIX; no constant can be folded
      values[i] = (static_cast<float>(random >> 40) / (1 << 24) - 0.5F) / 16;
    }
    return name;
  }

  static void moveOut(TensorProto &tensor, const std::string &file, long &offset) {
    auto add = [&](const char *key, const std::string &value) {
      onnx::StringStringEntryProto &entry = *tensor.add_external_data();
      entry.set_key(key);
      entry.set_value(value);
    };
    long length = static_cast<long>(tensor.raw_data().size());
    tensor.set_data_location(TensorProto::EXTERNAL);
    add("location", file);
    add("offset", std::to_string(offset));
    add("length", std::to_string(length));
    tensor.clear_raw_data();
    offset += length;
  }

  onnx::ModelProto model;
  uint64_t random = 1;
};

/// Runs edgecc; returns the most memory that it had, in kilobytes, or -1 if it failed.
long peakOf(const std::string &edgecc, const std::string &model, const std::string &output) {
  pid_t child = fork();
  if (child == 0) {
    execl(edgecc.c_str(), edgecc.c_str(), model.c_str(), "--name=big", "-o", output.c_str(),
          static_cast<char *>(nullptr));
    _exit(127);
  }
  int status = 0;
  rusage usage = {};
  if (child < 0 || wait4(child, &status, 0, &usage) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return -1;
  return usage.ru_maxrss;
}

bool check(const std::string &edgecc, const std::string &folder, const std::string &external) {
  long kilobytes = BigModel().write(folder, external) / 1024; // The model is gone before the child inherits it.
  long peak = peakOf(edgecc, folder + "/model.onnx", folder + "/out"), limit = maxFactor * kilobytes + fixedKilobytes;
  std::printf("%s: model %ld KiB, edgecc at most %ld KiB, limit %ld KiB\n", external.empty() ? "inside" : "beside",
              kilobytes, peak, limit);
  return peak >= 0 && peak <= limit;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: big-model EDGECC WORK\n");
    return 2;
  }
  bool ok = check(argv[1], argv[2], "");
  ok &= check(argv[1], argv[2], "weights.bin");
  return ok ? 0 : 1;
}
