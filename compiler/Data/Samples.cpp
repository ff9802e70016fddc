#include "compiler/Data/Samples.h"

#include "compiler/Data/Failure.h"
#include "compiler/Data/TensorFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace edgecc::data {

namespace {

bool isSamplePath(StringRef path) { return isImagePath(path) || path.ends_with(".npy") || path.ends_with(".bin"); }

Expected<std::vector<std::string>> listSamples(StringRef folder) {
  std::vector<std::string> files;
  std::error_code code;
  for (sys::fs::directory_iterator entry(folder, code), end; entry != end && !code; entry.increment(code))
    if (isSamplePath(entry->path()))
      files.push_back(entry->path());
  if (code)
    return failure(folder, code.message());
  if (files.empty())
    return failure(folder, "has no samples; expected pictures, .npy or .bin files");
  sort(files);
  return files;
}

// Element `index` of a channels-last picture, counted in the order of a channels-first input.
int64_t channelsLastIndex(int64_t index, int64_t channels, int64_t area) {
  return index % area * channels + index / area;
}

// A tensor's elements as those of a picture, channels first or last; anything else has its channels last.
struct ChannelOrder {
  explicit ChannelOrder(ArrayRef<int64_t> shape) {
    isPicture = shape.size() >= 3;
    if (isPicture) {
      area = shape[shape.size() - 1] * shape[shape.size() - 2];
      first = shape[shape.size() - 3];
    }
    last = shape.empty() ? 1 : shape.back();
    isChannelsFirst = isPicture && first <= mostChannels;
  }
  int64_t channels() const { return isChannelsFirst ? first : last; }
  int64_t channelOf(int64_t index) const { return isChannelsFirst ? index / area % first : index % last; }

  static constexpr int64_t mostChannels = 4; // of a picture
  bool isPicture, isChannelsFirst;
  int64_t area = 1, first = 1, last;
};

std::vector<size_t> membersOf(SamplePart part, size_t count) {
  std::vector<size_t> members;
  for (size_t i = 0; i < count; ++i)
    if (part == SamplePart::All || (i % 4 == 0) == (part == SamplePart::Quarter))
      members.push_back(i);
  return members;
}

} // namespace

std::optional<double> parseFraction(StringRef text) {
  auto [above, below] = text.split('/');
  double numerator = 0, denominator = 1;
  if (above.getAsDouble(numerator) || (text.contains('/') && below.getAsDouble(denominator)) || denominator == 0)
    return std::nullopt;
  return numerator / denominator;
}

Expected<SampleSet> SampleSet::open(ArrayRef<TensorType> inputs, const SampleOptions &options) {
  SampleSet set;
  set.inputs.assign(inputs.begin(), inputs.end());
  set.options = options;
  set.sources.resize(inputs.size());
  if (Error error = set.checkScaling())
    return std::move(error);
  for (const std::string &source : options.sources)
    if (Error error = set.assign(source))
      return std::move(error);
  size_t count = 0;
  for (auto [source, input] : zip(set.sources, inputs)) {
    size_t samples = source.records ? source.records : source.files.size();
    if (samples == 0)
      return failure("samples",
                     "input '" + input.name + "' (" + typeText(input) + ") has none; give '" + input.name + "=FOLDER'");
    if (count && samples != count)
      return failure("samples",
                     "input '" + input.name + "' has " + Twine(samples) + ", but another input has " + Twine(count));
    count = samples;
  }
  std::vector<size_t> members = membersOf(options.part, count);
  size_t wanted = options.limit ? std::min(options.limit, members.size()) : members.size();
  for (size_t i = 0; i < wanted; ++i)
    set.chosen.push_back(members[i * members.size() / wanted]);
  return set;
}

// Pictures say for themselves how many channels they have.
Error SampleSet::checkScaling() const {
  for (const std::vector<double> *values : {&options.scaling.mean, &options.scaling.std})
    for (const TensorType &input : inputs)
      if (int64_t count = values->size(); count != 1 && count != ChannelOrder(input.shape).channels())
        return failure("samples", "got " + Twine(count) + " values of mean or std, but input '" + input.name + "' (" +
                                      typeText(input) + ") has " + Twine(ChannelOrder(input.shape).channels()) +
                                      " channels; give one for each, or one for all");
  return Error::success();
}

Error SampleSet::assign(StringRef text) {
  auto [name, path] = text.rsplit('=');
  auto named = find_if(inputs, [name = name](const TensorType &input) { return input.name == name; });
  if (path.empty() || named == inputs.end()) { // A path may hold '=' too.
    if (!path.empty() && !sys::fs::exists(text))
      return failure(text, "the model has no input '" + name + "'");
    path = text;
    named = inputs.begin();
  }
  if (named == inputs.end())
    return failure(text, "the model has no inputs");
  auto source = openSource(path, *named);
  if (!source)
    return source.takeError();
  sources[named - inputs.begin()] = std::move(*source);
  return Error::success();
}

uint64_t SampleSet::recordBytes(const TensorType &input) const {
  return input.numElements() * elementBytes(options.rawType.value_or(input.dtype));
}

Expected<SampleSet::Source> SampleSet::openSource(StringRef path, const TensorType &input) const {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return failure(path, code.message());
  if (sys::fs::is_directory(status)) {
    auto files = listSamples(path);
    if (!files)
      return files.takeError();
    return Source{std::move(*files), 0};
  }
  if (isImagePath(path))
    return Source{{path.str()}, 0};
  if (path.ends_with(".npy")) {
    auto whole = readNpy(path);
    if (!whole)
      return whole.takeError();
    if (input.numElements() == 0 || whole->numElements() % input.numElements() != 0)
      return failure(path, "is " + typeText(*whole) + ", which is no number of samples of " + typeText(input));
    size_t records = whole->numElements() / input.numElements();
    return Source{{path.str()}, records, std::make_shared<const Tensor>(std::move(*whole))};
  }
  uint64_t size = status.getSize(), bytes = recordBytes(input), stride = options.stride ? options.stride : bytes;
  if (bytes == 0 || options.offset + bytes > size)
    return failure(path, "has " + Twine(size) + " bytes, too few for one record of " + Twine(bytes) + " bytes at " +
                             Twine(options.offset) + "; give the type of raw elements, such as --dtype=u8");
  uint64_t records = (size - options.offset - bytes) / stride + 1;
  if (options.offset + (records - 1) * stride + bytes != size)
    return failure(path, "has " + Twine(size) + " bytes, which is no number of records of " + Twine(bytes) +
                             " bytes; give their type, offset and stride");
  return Source{{path.str()}, static_cast<size_t>(records)};
}

Tensor SampleSet::convert(const Tensor &stored, const TensorType &input) const {
  ChannelOrder order(input.shape);
  bool scalesChannels = options.scaling.mean.size() > 1 || options.scaling.std.size() > 1;
  Tensor tensor = Tensor::zeros(input);
  for (int64_t i = 0, e = tensor.numElements(); i < e; ++i) {
    int64_t from = options.channelsLast && order.isPicture ? channelsLastIndex(i, order.first, order.area) : i;
    tensor.set(i, options.scaling.apply(stored.get(from), scalesChannels ? order.channelOf(i) : 0));
  }
  return tensor;
}

Expected<Tensor> SampleSet::readOne(const Source &source, size_t number, const TensorType &input) const {
  StringRef file = source.files[source.records ? 0 : number];
  if (isImagePath(file))
    return readImage(file, input, options.scaling);
  if (source.whole) { // Rows of one file.
    Tensor record{TensorType{input.name, source.whole->dtype, input.shape}, {}};
    const char *begin = source.whole->bytes.data() + number * record.numBytes();
    record.bytes.assign(begin, begin + record.numBytes());
    return convert(record, input);
  }
  if (file.ends_with(".npy")) {
    auto stored = readNpy(file);
    if (!stored)
      return stored.takeError();
    if (stored->numElements() != input.numElements())
      return failure(file, "is " + typeText(*stored) + ", but input '" + input.name + "' is " + typeText(input));
    return convert(*stored, input);
  }
  TensorType type{input.name, options.rawType.value_or(input.dtype), input.shape};
  uint64_t stride = options.stride ? options.stride : recordBytes(input);
  auto record = source.records ? readRaw(file, type, options.offset + number * stride) : readRaw(file, type);
  if (!record)
    return record.takeError();
  return convert(*record, input);
}

Expected<std::vector<Tensor>> SampleSet::read(size_t index) const {
  std::vector<Tensor> tensors;
  for (auto [source, input] : zip(sources, inputs)) {
    auto tensor = readOne(source, chosen[index], input);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

} // namespace edgecc::data
