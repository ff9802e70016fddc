// onnx-assemble: writes an ONNX model from the text form that the ONNX project defines, for tests of the importer.
//
//   onnx-assemble model.txt model.onnx
//
// Lines that begin with // are comments. What the text form cannot say follows it, a line each:
//   #external NAME FILE [offset length]   the initialiser NAME lies in FILE
//   #type INPUT string|sequence           the graph input INPUT has this type
#include <onnx/defs/parser.h>

#include <fstream>
#include <sstream>

using onnx::ModelProto;

static int fail(const std::string &message) {
  std::cerr << "onnx-assemble: " << message << '\n';
  return 1;
}

static void setExternal(ModelProto &model, std::istringstream &words) {
  std::string name, file, offset, length;
  words >> name >> file >> offset >> length;
  onnx::TensorProto *tensor = nullptr;
  for (onnx::TensorProto &candidate : *model.mutable_graph()->mutable_initializer())
    if (candidate.name() == name)
      tensor = &candidate;
  if (!tensor)
    return;
  tensor->clear_float_data();
  tensor->set_data_location(onnx::TensorProto::EXTERNAL);
  auto add = [&](const char *key, const std::string &value) {
    if (value.empty())
      return;
    onnx::StringStringEntryProto &entry = *tensor->add_external_data();
    entry.set_key(key);
    entry.set_value(value);
  };
  add("location", file);
  add("offset", offset);
  add("length", length);
}

static void setType(ModelProto &model, std::istringstream &words) {
  std::string name, type;
  words >> name >> type;
  for (onnx::ValueInfoProto &input : *model.mutable_graph()->mutable_input()) {
    if (input.name() != name)
      continue;
    if (type == "string")
      input.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::STRING);
    else
      input.mutable_type()->mutable_sequence_type();
  }
}

int main(int argc, char **argv) {
  if (argc != 3)
    return fail("usage: onnx-assemble model.txt model.onnx");
  std::ifstream in(argv[1]);
  if (!in)
    return fail(std::string("cannot read ") + argv[1]);
  std::string text, line;
  std::vector<std::string> directives;
  while (std::getline(in, line)) {
    if (line.rfind("#", 0) == 0)
      directives.push_back(line.substr(1));
    else if (line.rfind("//", 0) != 0)
      text += line + '\n';
  }
  ModelProto model;
  onnx::OnnxParser parser(text.c_str());
  if (auto status = parser.Parse(model); !status.IsOK())
    return fail(argv[1] + (": " + status.ErrorMessage()));
  for (const std::string &directive : directives) {
    std::istringstream words(directive);
    std::string verb;
    words >> verb;
    if (verb == "external")
      setExternal(model, words);
    else if (verb == "type")
      setType(model, words);
    else
      return fail("unknown directive #" + verb);
  }
  std::ofstream out(argv[2], std::ios::binary);
  return model.SerializeToOstream(&out) ? 0 : fail(std::string("cannot write ") + argv[2]);
}
