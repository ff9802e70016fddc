// Tables for resizing; see Taps.h.
#include "targets/image/Taps.h"

#include <algorithm>
#include <cstdint>

namespace edgecc::image {

namespace {

/// Weights of the source elements around one output element: element begin + k has weights[k].
struct Window {
  int begin = 0;
  std::vector<double> weights;
};

/// Pixel centres lie at half coordinates; outside of the outermost centres the outermost pixel goes on. Positions are
/// counted in parts of a source element, so that they are exact.
Window bilinearWindow(int64_t source, int64_t outputs, int64_t output) {
  int64_t parts = 2 * outputs;
  int64_t position = std::clamp<int64_t>((2 * output + 1) * source - outputs, 0, parts * (source - 1));
  double second = double(position % parts) / parts;
  return {static_cast<int>(position / parts), {1 - second, second}};
}

/// Weights are the shares of the output element's extent, counted as above: a source element has `outputs` parts, an
/// output element `source`.
Window areaWindow(int64_t source, int64_t outputs, int64_t output) {
  int64_t from = output * source, to = from + source;
  Window window{static_cast<int>(from / outputs), {}};
  for (int64_t element = window.begin; element * outputs < to; ++element) {
    int64_t covered = std::min(to, (element + 1) * outputs) - std::max(from, element * outputs);
    window.weights.push_back(double(covered) / source);
  }
  return window;
}

} // namespace

Taps makeTaps(artefact::FrameResize method, int source, int outputs) {
  std::vector<Window> windows;
  size_t count = 1;
  for (int output = 0; output < outputs; ++output) {
    windows.push_back(method == artefact::FrameResize::Area ? areaWindow(source, outputs, output)
                                                            : bilinearWindow(source, outputs, output));
    Window &window = windows.back();
    while (window.weights.size() > 1 && window.weights.back() == 0)
      window.weights.pop_back();
    count = std::max(count, window.weights.size());
  }
  Taps taps{outputs, static_cast<int>(count), {}, std::vector<float>(count * outputs)};
  for (int output = 0; output < outputs; ++output) {
    const Window &window = windows[output];
    // All windows have the same number of elements, so the last ones begin earlier and start with weights of 0.
    int first = std::min(window.begin, source - taps.count);
    taps.first.push_back(first);
    for (size_t k = 0; k < window.weights.size(); ++k)
      taps.weights[(window.begin - first + k) * outputs + output] = static_cast<float>(window.weights[k]);
  }
  return taps;
}

} // namespace edgecc::image
