// ONNX Einsum as diagonals, sums, matrix products and transposes. Operands are contracted pairwise from left to right;
// a label that no later operand and no output names is summed as soon as it can be.
#include "compiler/Import/Einsum.h"
#include "compiler/Import/LayerBuilder.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// A dimension's name: a letter, or for the dimensions of an ellipsis -1 for the last, -2 for the one before, ...,
/// because ellipses align at their right ends.
using Label = int;
using Labels = SmallVector<Label>;

/// An operand and the labels of its dimensions.
struct Term {
  Value value;
  Labels labels;
};

class Einsum {
public:
  explicit Einsum(NodeImporter &node) : node(node), build(node) {}
  LogicalResult run();

private:
  FailureOr<Labels> parse(StringRef text, int64_t ellipsisRank);
  LogicalResult parseEquation();
  Labels implicitOutput();
  Term diagonal(Term term);
  Term sumUnneeded(Term term, ArrayRef<Label> needed);
  Term contract(const Term &a, const Term &b, ArrayRef<Label> needed);
  Term multiply(const Term &a, const Term &b, ArrayRef<Label> batch, ArrayRef<Label> aFree, ArrayRef<Label> bFree);
  Value arrange(const Term &term, ArrayRef<Label> order);
  int64_t product(const Term &term, ArrayRef<Label> labels);
  int64_t sizeOf(const Term &term, Label label);

  NodeImporter &node;
  LayerBuilder build;
  SmallVector<Term> terms;
  Labels output;
  /// Number of dimensions of the longest ellipsis.
  int64_t longestEllipsis = 0;
};

/// The elements of `labels` that are (or are not) in `others`.
Labels filter(ArrayRef<Label> labels, ArrayRef<Label> others, bool keepCommon) {
  Labels result;
  for (Label label : labels)
    if (llvm::is_contained(others, label) == keepCommon)
      result.push_back(label);
  return result;
}

FailureOr<Labels> Einsum::parse(StringRef text, int64_t ellipsisRank) {
  Labels labels;
  for (size_t i = 0; i < text.size(); ++i) {
    if (llvm::isAlpha(text[i])) {
      labels.push_back(text[i]);
    } else if (text.substr(i, 3) == "...") {
      for (int64_t d = ellipsisRank; d > 0; --d)
        labels.push_back(static_cast<Label>(-d));
      i += 2;
    } else {
      return node.unsupported("equation has an unexpected character in '" + text + "'");
    }
  }
  return labels;
}

/// Labels that occur once, ellipsis first, then letters in alphabetical order.
Labels Einsum::implicitOutput() {
  DenseMap<Label, int> counts;
  for (const Term &term : terms)
    for (Label label : term.labels)
      ++counts[label];
  Labels result;
  for (int64_t d = longestEllipsis; d > 0; --d)
    result.push_back(static_cast<Label>(-d));
  for (Label letter = 'A'; letter <= 'z'; ++letter)
    if (counts.lookup(letter) == 1)
      result.push_back(letter);
  return result;
}

LogicalResult Einsum::parseEquation() {
  std::string equation = node.string("equation", "");
  llvm::erase(equation, ' ');
  auto [inputs, result] = StringRef(equation).split("->");
  SmallVector<StringRef> texts;
  inputs.split(texts, ',');
  if (texts.size() != node.numInputs())
    return node.unsupported("equation '" + equation + "' names " + Twine(texts.size()) + " operands, found " +
                            Twine(node.numInputs()));
  for (auto [index, text] : llvm::enumerate(texts)) {
    int64_t letters = llvm::count_if(text, llvm::isAlpha), rank = node.inputType(index).getRank();
    FailureOr<Labels> labels = parse(text, rank - letters);
    if (failed(labels))
      return failure();
    if (static_cast<int64_t>(labels->size()) != rank)
      return node.unsupported("'" + text + "' in the equation does not fit operand " + Twine(index) + " of rank " +
                              Twine(rank));
    if (text.contains("..."))
      longestEllipsis = std::max(longestEllipsis, rank - letters);
    terms.push_back({node.input(index), *labels});
  }
  if (!StringRef(equation).contains("->")) {
    output = implicitOutput();
    return success();
  }
  FailureOr<Labels> labels = parse(result, longestEllipsis);
  if (failed(labels))
    return failure();
  output = *labels;
  for (Label label : output)
    if (llvm::count(output, label) > 1 ||
        llvm::none_of(terms, [&](const Term &term) { return llvm::is_contained(term.labels, label); }))
      return node.unsupported("the output of '" + equation + "' repeats a label or names one that no operand has");
  return success();
}

int64_t Einsum::sizeOf(const Term &term, Label label) {
  return shapeOf(term.value)[llvm::find(term.labels, label) - term.labels.begin()];
}

int64_t Einsum::product(const Term &term, ArrayRef<Label> labels) {
  int64_t result = 1;
  for (Label label : labels)
    result *= sizeOf(term, label);
  return result;
}

/// The value with its dimensions in the order of `order`; labels that the term lacks become dimensions of size 1.
Value Einsum::arrange(const Term &term, ArrayRef<Label> order) {
  if (!term.value)
    return {};
  SmallVector<int64_t> permutation, shape;
  for (Label label : order) {
    auto position = llvm::find(term.labels, label);
    bool isThere = position != term.labels.end();
    if (isThere)
      permutation.push_back(position - term.labels.begin());
    shape.push_back(isThere ? sizeOf(term, label) : 1);
  }
  return node.reshape(node.transpose(term.value, permutation), shape);
}

/// Merges a label that occurs twice: in the flattened square, the diagonal is every (n + 1)-th element.
Term Einsum::diagonal(Term term) {
  for (size_t first = 0; first < term.labels.size() && term.value; ++first) {
    size_t second = first + 1;
    while (second < term.labels.size() && term.labels[second] != term.labels[first])
      ++second;
    if (second == term.labels.size())
      continue;
    SmallVector<int64_t> order = iota(term.labels.size());
    order.erase(order.begin() + second);
    order.erase(order.begin() + first);
    SmallVector<int64_t> rest;
    for (int64_t d : order)
      rest.push_back(shapeOf(term.value)[d]);
    int64_t size = shapeOf(term.value)[first];
    if (size != shapeOf(term.value)[second]) {
      (void)node.unsupported("a label that occurs twice in one operand names dimensions of different sizes");
      return {};
    }
    order.append({static_cast<int64_t>(first), static_cast<int64_t>(second)});
    SmallVector<int64_t> flat(rest), sizes(rest), starts(rest.size() + 1, 0), steps(rest.size() + 1, 1);
    flat.push_back(size * size);
    sizes.push_back(size);
    steps.back() = size + 1;
    Value value = node.reshape(node.transpose(term.value, order), flat);
    term.value = node.create<edge::SliceOp>(value, starts, sizes, steps);
    Label label = term.labels[first];
    term.labels.erase(term.labels.begin() + second);
    term.labels.erase(term.labels.begin() + first);
    term.labels.push_back(label);
    first = static_cast<size_t>(-1); // Positions moved: look again from the start.
  }
  return term;
}

Term Einsum::sumUnneeded(Term term, ArrayRef<Label> needed) {
  SmallVector<int64_t> axes;
  for (auto [index, label] : llvm::enumerate(term.labels))
    if (!llvm::is_contained(needed, label))
      axes.push_back(index);
  if (axes.empty())
    return term;
  term.value = node.create<edge::ReduceOp>(term.value, edge::ReduceKind::sum, axes);
  term.labels = filter(term.labels, needed, /*keepCommon=*/true);
  return term;
}

/// An outer product over aligned dimensions; nothing is summed.
Term Einsum::multiply(const Term &a, const Term &b, ArrayRef<Label> batch, ArrayRef<Label> aFree,
                      ArrayRef<Label> bFree) {
  Labels order(batch);
  llvm::append_range(order, aFree);
  llvm::append_range(order, bFree);
  return {build.mul(arrange(a, order), arrange(b, order)), order};
}

/// Multiplies two terms and sums the labels that both have and nobody needs afterwards. Batch dimensions stay apart,
/// so that they broadcast; the others are flattened to one row, column and inner dimension.
Term Einsum::contract(const Term &a, const Term &b, ArrayRef<Label> needed) {
  if (!a.value || !b.value)
    return {};
  Labels common = filter(a.labels, b.labels, true);
  Labels batch = filter(common, needed, true), summed = filter(common, needed, false);
  Labels aFree = filter(a.labels, b.labels, false), bFree = filter(b.labels, a.labels, false);
  // A summed dimension of size 1 on one side only broadcasts: multiply, then sum.
  bool isAligned = llvm::all_of(summed, [&](Label label) { return sizeOf(a, label) == sizeOf(b, label); });
  if (summed.empty() || !isAligned) {
    Labels kept(batch);
    llvm::append_range(kept, summed);
    return sumUnneeded(multiply(a, b, kept, aFree, bFree), needed);
  }
  Labels aOrder(batch), bOrder(batch), result(batch);
  llvm::append_range(aOrder, aFree);
  llvm::append_range(aOrder, summed);
  llvm::append_range(bOrder, summed);
  llvm::append_range(bOrder, bFree);
  SmallVector<int64_t> aShape, bShape, shape;
  for (Label label : batch) {
    aShape.push_back(sizeOf(a, label));
    bShape.push_back(sizeOf(b, label));
    shape.push_back(std::max(aShape.back(), bShape.back()));
  }
  aShape.append({product(a, aFree), product(a, summed)});
  bShape.append({product(b, summed), product(b, bFree)});
  for (Label label : aFree)
    shape.push_back(sizeOf(a, label));
  for (Label label : bFree)
    shape.push_back(sizeOf(b, label));
  Value value =
      node.create<edge::MatMulOp>(node.reshape(arrange(a, aOrder), aShape), node.reshape(arrange(b, bOrder), bShape));
  value = node.cast(value, elementOf(a.value)); // Products of narrow integers are wider.
  llvm::append_range(result, aFree);
  llvm::append_range(result, bFree);
  return {node.reshape(value, shape), result};
}

LogicalResult Einsum::run() {
  if (failed(parseEquation()))
    return failure();
  for (size_t i = 0; i < terms.size(); ++i)
    terms[i] = diagonal(terms[i]);
  /// Labels that the output or a term from `next` on still needs.
  auto neededAfter = [&](size_t next) {
    Labels needed(output);
    for (const Term &term : ArrayRef<Term>(terms).drop_front(next))
      llvm::append_range(needed, term.labels);
    return needed;
  };
  Term result = sumUnneeded(terms[0], neededAfter(1));
  for (size_t i = 1; i < terms.size() && result.value; ++i) {
    Labels needed = neededAfter(i + 1), neededByPair(needed);
    llvm::append_range(neededByPair, result.labels);
    result = contract(result, sumUnneeded(terms[i], neededByPair), needed);
  }
  return node.done(arrange(result, output));
}

} // namespace

LogicalResult edgecc::import::importEinsum(NodeImporter &node) { return Einsum(node).run(); }
