// Tucker-2 by eigenvectors of Gram matrices; see Factor.h.
//
// De Lathauwer, De Moor, Vandewalle, "A Multilinear Singular Value Decomposition", 2000, and "On the Best Rank-1 and
// Rank-(R1, ..., RN) Approximation", 2000.
#include "passes/Compress/Factor.h"

#include <Eigen/Dense>

#include <limits>

using namespace edgecc::compress;
using Eigen::MatrixXd;
using Eigen::VectorXd;

int64_t FilterShape::weights(Ranks ranks) const {
  bool cutsInput = ranks.input < inputs, cutsOutput = ranks.output < outputs;
  if (taps == 1 && (cutsInput || cutsOutput))
    return std::min(ranks.input, ranks.output) * (inputs + outputs);
  return (cutsInput ? inputs * ranks.input : 0) + taps * ranks.input * ranks.output +
         (cutsOutput ? ranks.output * outputs : 0);
}

int64_t FilterShape::macs(Ranks ranks) const {
  bool cutsInput = ranks.input < inputs, cutsOutput = ranks.output < outputs;
  if (taps == 1) // Strides are taken by the first of two products.
    return weights(ranks) * outputPositions;
  return (cutsInput ? inputs * ranks.input * inputPositions : 0) +
         (taps * ranks.input * ranks.output + (cutsOutput ? ranks.output * outputs : 0)) * outputPositions;
}

namespace {

/// Eigenvectors and eigenvalues of a Gram matrix, largest first.
struct Spectrum {
  explicit Spectrum(const MatrixXd &gram) {
    Eigen::SelfAdjointEigenSolver<MatrixXd> solver(gram);
    vectors = solver.eigenvectors().rowwise().reverse();
    values = solver.eigenvalues().reverse().cwiseMax(0);
  }

  /// What is lost of the squared norm by keeping each number of channels, 0 to all.
  std::vector<double> losses() const {
    std::vector<double> lost(values.size() + 1);
    for (int64_t rank = values.size(); rank-- > 0;)
      lost[rank] = lost[rank + 1] + values[rank];
    return lost;
  }

  MatrixXd vectors;
  VectorXd values;
};

} // namespace

struct Factorization::State {
  std::vector<MatrixXd> taps; ///< inputs x outputs each.
  double norm = 0;            ///< Squared.
  std::optional<Spectrum> input, output;

  /// The Gram matrix over input channels of the filter with its outputs projected on the columns of `basis`.
  MatrixXd inputGram(const MatrixXd &basis) const {
    MatrixXd gram = MatrixXd::Zero(taps[0].rows(), taps[0].rows());
    for (const MatrixXd &tap : taps) {
      MatrixXd projected = tap * basis;
      gram.selfadjointView<Eigen::Lower>().rankUpdate(projected);
    }
    return gram.selfadjointView<Eigen::Lower>();
  }
  MatrixXd outputGram(const MatrixXd &basis) const {
    MatrixXd gram = MatrixXd::Zero(taps[0].cols(), taps[0].cols());
    for (const MatrixXd &tap : taps) {
      MatrixXd projected = tap.transpose() * basis;
      gram.selfadjointView<Eigen::Lower>().rankUpdate(projected);
    }
    return gram.selfadjointView<Eigen::Lower>();
  }
};

Factorization::Factorization(llvm::ArrayRef<float> filter, FilterShape shape)
    : state(std::make_unique<State>()), shape(shape) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  for (int64_t tap = 0; tap < shape.taps; ++tap) {
    Eigen::Map<const RowMajor> view(filter.data() + tap * shape.inputs * shape.outputs, shape.inputs, shape.outputs);
    state->taps.push_back(view.cast<double>());
    state->norm += state->taps.back().squaredNorm();
  }
  // Of a matrix, both modes have the same spectrum: the smaller one is enough.
  if (shape.taps > 1 || shape.inputs <= shape.outputs)
    state->input.emplace(state->inputGram(MatrixXd::Identity(shape.outputs, shape.outputs)));
  if (shape.taps > 1 || shape.inputs > shape.outputs)
    state->output.emplace(state->outputGram(MatrixXd::Identity(shape.inputs, shape.inputs)));
}

Factorization::~Factorization() = default;

std::optional<Ranks> Factorization::best(llvm::function_ref<double(Ranks ranks, double loss)> cost) const {
  // Both modes cut lose at most what each loses alone. A mode without a spectrum is not cut.
  auto lossesOf = [](const std::optional<Spectrum> &spectrum) {
    return spectrum ? spectrum->losses() : std::vector<double>();
  };
  std::vector<double> inputLosses = lossesOf(state->input), outputLosses = lossesOf(state->output);
  std::optional<Ranks> result;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t input = state->input ? 1 : shape.inputs; input <= shape.inputs; ++input)
    for (int64_t output = state->output ? 1 : shape.outputs; output <= shape.outputs; ++output) {
      Ranks ranks{input, output};
      double loss = (state->input ? inputLosses[input] : 0) + (state->output ? outputLosses[output] : 0);
      if (double now = cost(ranks, loss / state->norm); now < least && shape.isSmaller(ranks)) {
        least = now;
        result = ranks;
      }
    }
  return result;
}

std::optional<Ranks> Factorization::ranksForEnergy(double energy) const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return best([&](Ranks ranks, double loss) { return loss <= 1 - energy ? shape.macs(ranks) : infinity; });
}

std::optional<Ranks> Factorization::ranksForMacs(double share) const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return best([&](Ranks ranks, double loss) { return shape.macs(ranks) <= share * shape.macs() ? loss : infinity; });
}

std::optional<Ranks> Factorization::ranksOf(int64_t rank) const {
  Ranks ranks{state->input ? std::min(rank, shape.inputs) : shape.inputs,
              state->output ? std::min(rank, shape.outputs) : shape.outputs};
  return shape.isSmaller(ranks) ? std::optional(ranks) : std::nullopt;
}

static std::vector<float> rowMajor(const MatrixXd &matrix) {
  std::vector<float> values;
  for (int64_t row = 0; row < matrix.rows(); ++row)
    for (int64_t column = 0; column < matrix.cols(); ++column)
      values.push_back(static_cast<float>(matrix(row, column)));
  return values;
}

Factors Factorization::factors(Ranks ranks, int64_t iterations) const {
  bool cutsInput = ranks.input < shape.inputs, cutsOutput = ranks.output < shape.outputs;
  MatrixXd input = MatrixXd::Identity(shape.inputs, shape.inputs);
  MatrixXd output = MatrixXd::Identity(shape.outputs, shape.outputs);
  if (cutsInput)
    input = state->input->vectors.leftCols(ranks.input);
  if (cutsOutput)
    output = state->output->vectors.leftCols(ranks.output);
  if (cutsInput && cutsOutput) {
    double kept = 0;
    for (int64_t i = 0; i < iterations; ++i) {
      input = Spectrum(state->inputGram(output)).vectors.leftCols(ranks.input);
      Spectrum spectrum(state->outputGram(input));
      output = spectrum.vectors.leftCols(ranks.output);
      double now = spectrum.values.head(ranks.output).sum();
      if (now - kept <= 1e-6 * state->norm)
        break;
      kept = now;
    }
  }
  Factors result;
  if (shape.taps == 1) { // The core goes into the factor on the other side.
    result.input = rowMajor(cutsInput ? input : state->taps[0] * output);
    result.output = rowMajor(cutsInput ? MatrixXd(input.transpose() * state->taps[0]) : MatrixXd(output.transpose()));
    return result;
  }
  if (cutsInput)
    result.input = rowMajor(input);
  if (cutsOutput)
    result.output = rowMajor(output.transpose());
  for (const MatrixXd &tap : state->taps) {
    std::vector<float> part = rowMajor(input.transpose() * tap * output);
    result.core.insert(result.core.end(), part.begin(), part.end());
  }
  return result;
}
