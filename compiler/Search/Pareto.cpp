// The Pareto front; see Pareto.h.
#include "compiler/Search/Pareto.h"

#include <algorithm>
#include <numeric>

using namespace edgecc::search;

std::vector<size_t> edgecc::search::paretoFront(llvm::ArrayRef<std::pair<double, double>> points) {
  std::vector<size_t> order(points.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return points[a] < points[b]; });
  std::vector<size_t> front;
  for (size_t index : order)
    if (front.empty() || points[index].second < points[front.back()].second)
      front.push_back(index);
  return front;
}
