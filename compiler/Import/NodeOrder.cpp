// The nodes of a graph that its outputs need, each after those it reads.
#include "compiler/Import/NodeOrder.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <queue>

using namespace edgecc::import;
using llvm::SmallVector;
using llvm::StringRef;

StringRef edgecc::import::displayName(const onnx::NodeProto &node) {
  if (!node.name().empty())
    return node.name();
  for (const std::string &output : node.output())
    if (!output.empty())
      return output;
  return node.op_type();
}

static llvm::Error fault(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

using Names = llvm::SetVector<StringRef>;

static void collectReads(const onnx::NodeProto &node, Names &reads);

/// What a subgraph reads from the graphs around it.
static void collectSubgraphReads(const onnx::GraphProto &graph, Names &reads) {
  llvm::StringSet<> own;
  for (const onnx::ValueInfoProto &input : graph.input())
    own.insert(input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    own.insert(tensor.name());
  for (const onnx::NodeProto &node : graph.node())
    own.insert(node.output().begin(), node.output().end());
  Names inner;
  for (const onnx::NodeProto &node : graph.node())
    collectReads(node, inner);
  for (const onnx::ValueInfoProto &output : graph.output())
    inner.insert(output.name());
  for (StringRef name : inner)
    if (!own.contains(name))
      reads.insert(name);
}

static void collectReads(const onnx::NodeProto &node, Names &reads) {
  for (const std::string &input : node.input())
    if (!input.empty())
      reads.insert(input);
  for (const onnx::AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      collectSubgraphReads(attribute.g(), reads);
    for (const onnx::GraphProto &graph : attribute.graphs())
      collectSubgraphReads(graph, reads);
  }
}

namespace {

/// Nodes by index, with the indices of the nodes they read from and are read by.
struct Dependencies {
  SmallVector<SmallVector<int>> sources, users;
  llvm::StringMap<int> producers;
};

} // namespace

static llvm::Error buildDependencies(const NodeList &nodes, Dependencies &graph) {
  for (int i = 0; i < nodes.size(); ++i) {
    for (const std::string &output : nodes[i].output()) {
      if (output.empty())
        continue;
      auto [entry, isNew] = graph.producers.try_emplace(output, i);
      if (!isNew)
        return fault("two nodes, '" + displayName(nodes[entry->second]) + "' and '" + displayName(nodes[i]) +
                     "', have the output '" + output + "'; names of values must be unique");
    }
  }
  graph.sources.resize(nodes.size());
  graph.users.resize(nodes.size());
  for (int i = 0; i < nodes.size(); ++i) {
    Names reads;
    collectReads(nodes[i], reads);
    llvm::SmallSetVector<int, 4> sources;
    for (StringRef name : reads)
      if (auto entry = graph.producers.find(name); entry != graph.producers.end())
        sources.insert(entry->second);
    for (int source : sources) {
      graph.sources[i].push_back(source);
      graph.users[source].push_back(i);
    }
  }
  return llvm::Error::success();
}

static llvm::BitVector findNeeded(const Dependencies &graph, llvm::ArrayRef<StringRef> outputs) {
  llvm::BitVector needed(graph.sources.size());
  SmallVector<int> worklist;
  for (StringRef output : outputs)
    if (auto entry = graph.producers.find(output); entry != graph.producers.end())
      worklist.push_back(entry->second);
  while (!worklist.empty()) {
    int node = worklist.pop_back_val();
    if (needed.test(node))
      continue;
    needed.set(node);
    llvm::append_range(worklist, graph.sources[node]);
  }
  return needed;
}

/// Some node on a circle, given that each of `waiting` depends on another of them.
static int findOnCircle(const Dependencies &graph, const llvm::BitVector &waiting) {
  llvm::BitVector seen(waiting.size());
  int node = waiting.find_first();
  while (!seen.test(node)) {
    seen.set(node);
    node = *llvm::find_if(graph.sources[node], [&](int source) { return waiting.test(source); });
  }
  return node;
}

llvm::Expected<SmallVector<const onnx::NodeProto *>> edgecc::import::orderNodes(const NodeList &nodes,
                                                                                llvm::ArrayRef<StringRef> outputs) {
  Dependencies graph;
  if (llvm::Error error = buildDependencies(nodes, graph))
    return {std::move(error)};
  llvm::BitVector waiting = findNeeded(graph, outputs);
  SmallVector<size_t> missing(nodes.size());
  std::priority_queue<int, std::vector<int>, std::greater<int>> ready;
  for (unsigned i : waiting.set_bits()) {
    missing[i] = graph.sources[i].size();
    if (missing[i] == 0)
      ready.push(i);
  }
  SmallVector<const onnx::NodeProto *> ordered;
  while (!ready.empty()) {
    int node = ready.top();
    ready.pop();
    waiting.reset(node);
    ordered.push_back(&nodes[node]);
    for (int user : graph.users[node])
      if (waiting.test(user) && --missing[user] == 0)
        ready.push(user);
  }
  if (waiting.any())
    return fault("node '" + displayName(nodes[findOnCircle(graph, waiting)]) +
                 "' depends on its own output; a graph must have no circles");
  return ordered;
}
