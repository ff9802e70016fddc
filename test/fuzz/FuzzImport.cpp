// Fuzzes the ONNX importer: whatever the model holds, it is imported or refused with a diagnostic. Run it on a folder
// of models: `fuzz-import -rss_limit_mb=4096 corpus/`.
//
// Damaged bytes rarely get past the protobuf parser, so mutations also work on the parsed model: fields change, vanish,
// or are copied from elsewhere.
#include "compiler/Import/Import.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include <onnx/onnx_pb.h>

#include <random>

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  bool reported = false;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    reported |= diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
    return mlir::success();
  });
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  auto module = edgecc::import::importOnnx(llvm::MemoryBufferRef(bytes, "fuzz.onnx"), {}, &context);
  if (static_cast<bool>(module) == reported)
    __builtin_trap(); // Refused without a word, or accepted with an error.
  return 0;
}

namespace {

class Mutator {
public:
  explicit Mutator(unsigned seed) : random(seed) {}

  void mutate(Message &message) {
    collect(message);
    Message &victim = *messages[pick(messages.size())];
    const Reflection &reflection = *victim.GetReflection();
    int index = pick(victim.GetDescriptor()->field_count());
    const FieldDescriptor &field = *victim.GetDescriptor()->field(index);
    if (field.is_repeated())
      mutateRepeated(victim, reflection, field);
    else if (pick(8) == 0)
      reflection.ClearField(&victim, &field);
    else
      setField(victim, reflection, field);
  }

private:
  size_t pick(size_t count) { return random() % count; }

  /// Numbers at which code breaks.
  int64_t number() {
    static const int64_t odd[] = {0,  1,   -1,      2,         3,         4,         7,        13,
                                  16, 255, 1 << 16, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    return pick(2) ? odd[pick(std::size(odd))] : static_cast<int64_t>(random() % 16) - 4;
  }

  void collect(Message &message) {
    messages.push_back(&message);
    const Reflection &reflection = *message.GetReflection();
    std::vector<const FieldDescriptor *> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor *field : fields) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated())
        strings.push_back(reflection.GetString(message, field));
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && field->is_repeated())
        for (int i = 0; i < reflection.FieldSize(message, field); ++i)
          strings.push_back(reflection.GetRepeatedString(message, field, i));
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
        continue;
      if (!field->is_repeated())
        collect(*reflection.MutableMessage(&message, field));
      else
        for (int i = 0; i < reflection.FieldSize(message, field); ++i)
          collect(*reflection.MutableRepeatedMessage(&message, field, i));
    }
  }

  /// A message of this type from elsewhere in the model, to be copied.
  const Message *donor(const google::protobuf::Descriptor *type) {
    for (int attempt = 0; attempt < 8; ++attempt)
      if (const Message *candidate = messages[pick(messages.size())]; candidate->GetDescriptor() == type)
        return candidate;
    return nullptr;
  }

  void setField(Message &message, const Reflection &reflection, const FieldDescriptor &field) {
    switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, &field, number());
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, &field, number());
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&message, &field, number());
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.SetFloat(&message, &field, pick(4) ? number() : NAN);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnum(&message, &field, field.enum_type()->value(pick(field.enum_type()->value_count())));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(&message, &field, strings.empty() ? "" : strings[pick(strings.size())]);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (const Message *source = donor(field.message_type())) {
        std::unique_ptr<Message> copy(source->New());
        copy->CopyFrom(*source);
        reflection.MutableMessage(&message, &field)->CopyFrom(*copy);
      }
      return;
    default:
      return;
    }
  }

  void mutateRepeated(Message &message, const Reflection &reflection, const FieldDescriptor &field) {
    int size = reflection.FieldSize(message, &field);
    size_t action = pick(4);
    if (action == 0 && size)
      return reflection.RemoveLast(&message, &field);
    if (action == 1 && size > 1)
      return reflection.SwapElements(&message, &field, pick(size), pick(size));
    switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
      return size && action == 2 ? reflection.SetRepeatedInt64(&message, &field, pick(size), number())
                                 : reflection.AddInt64(&message, &field, number());
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.AddInt32(&message, &field, number());
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.AddFloat(&message, &field, number());
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = strings.empty() || pick(8) == 0 ? "" : strings[pick(strings.size())];
      return size && action == 2 ? reflection.SetRepeatedString(&message, &field, pick(size), text)
                                 : reflection.AddString(&message, &field, text);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (const Message *source = donor(field.message_type())) {
        std::unique_ptr<Message> copy(source->New());
        copy->CopyFrom(*source);
        reflection.AddMessage(&message, &field)->CopyFrom(*copy);
      }
      return;
    default:
      return;
    }
  }

  std::mt19937 random;
  std::vector<Message *> messages;
  std::vector<std::string> strings;
};

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  onnx::ModelProto model;
  if (seed % 8 == 0 || !model.ParsePartialFromArray(data, size))
    return LLVMFuzzerMutate(data, size, maxSize);
  for (unsigned i = 0; i <= seed / 8 % 3; ++i)
    Mutator(seed + i).mutate(model);
  std::string bytes = model.SerializePartialAsString();
  if (bytes.size() > maxSize)
    return size;
  memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}
