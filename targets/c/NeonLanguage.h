// C99 with the vectors of arm_neon.h, for AArch64 and for Armv7.
//
// A vector of the kernel IR is a NEON register where one has its size, else a structure of lanes. What has an intrinsic
// is written with it; any other operation becomes a helper function that works lane by lane.
#ifndef EDGECC_TARGETS_C_NEONLANGUAGE_H
#define EDGECC_TARGETS_C_NEONLANGUAGE_H

#include "targets/c/NeonRegister.h"
#include "targets/source/Language.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <map>

namespace edgecc::c {

class NeonLanguage : public source::Language {
public:
  explicit NeonLanguage(bool isAArch64) : isAArch64(isAArch64) {}

  std::string includes() const override { return "#include <arm_neon.h>\n"; }
  std::string valueType(mlir::Type type) override;
  source::Expression load(llvm::StringRef buffer, const source::Expression &index, mlir::Type type) override;
  std::string store(llvm::StringRef buffer, const source::Expression &index, const source::Expression &value,
                    mlir::Type type) override;
  mlir::FailureOr<source::Expression> print(mlir::Operation *op, llvm::ArrayRef<source::Expression> operands) override;
  bool isFree(mlir::Operation *op) override;
  bool isSumStep(mlir::Operation *op) override;
  std::string helperDefinitions() const override;

private:
  using Expression = source::Expression;
  using Operands = llvm::ArrayRef<Expression>;
  /// Text; nothing where no intrinsic says it.
  using Printed = std::optional<Expression>;

  std::optional<Register> registerOf(mlir::Type type) const;
  /// "f32x4": how the names of helpers end.
  std::string shortName(mlir::Type type) const;
  static Expression callOn(const Register &type, llvm::StringRef name, Operands operands, llvm::StringRef form = "") {
    return call(type.intrinsic(name, form), operands);
  }
  static Expression reinterpret(const Expression &value, const Register &from, const Register &to);

  // NeonLanguage.cpp: the vector dialect.
  Printed printConstant(mlir::arith::ConstantOp constant);
  Printed printVector(mlir::Operation *op, Operands operands);
  Printed broadcast(mlir::Operation *op, const Expression &scalar);
  Printed extract(mlir::Operation *op, const Expression &vector);
  Expression fromElements(mlir::VectorType type, Operands elements);
  Expression splat(const Register &type, const Expression &scalar);
  Expression splatStructure(mlir::VectorType type, const Expression &scalar);

  // NeonArithmetic.cpp
  Printed printArithmetic(mlir::Operation *op, Operands operands);
  Printed printShift(mlir::Operation *op, Operands operands);
  Printed printRounding(mlir::Operation *op, const Expression &value);
  Printed printSum(mlir::Operation *op, Operands operands);
  Expression product(const Register &type, llvm::ArrayRef<mlir::Value> factors, Operands texts, const Expression *sum);

  // NeonChoices.cpp
  Printed printComparison(mlir::Operation *op, Operands operands);
  Printed printSelect(mlir::arith::SelectOp select, Operands operands);
  Printed reduce(mlir::Operation *op, const Expression &value);
  /// The mask `value` in lanes of another width.
  Expression resizeMask(const Expression &value, const Register &from, const Register &to, int64_t lanes);
  static Expression negateMask(const Expression &mask, const Register &type);

  // NeonConversions.cpp
  Printed printConversion(mlir::Operation *op, Operands operands);
  /// The integers `value` in lanes of another width; `lanes` counts those in use.
  Expression resize(Expression value, Register from, const Register &to, int64_t lanes);

  // NeonLanes.cpp
  mlir::FailureOr<Expression> printByLanes(mlir::Operation *op, Operands operands);
  mlir::FailureOr<Expression> reduceByLanes(mlir::Operation *op, const Expression &value);
  Expression helper(std::string name, llvm::StringRef resultType, llvm::StringRef parameters, llvm::StringRef body,
                    Operands operands);
  std::string laneOf(mlir::Type type, llvm::StringRef parameter, llvm::StringRef array, std::string &unpacking);
  std::string declareResult(mlir::VectorType type) const;
  std::string assignLane(mlir::VectorType type, const Expression &value) const;
  std::string returnResult(mlir::VectorType type) const;

  /// A vector with one value in all lanes.
  struct Splat {
    std::string text; ///< What print() gave; an operand that reads otherwise has got a name since.
    Expression scalar;
    std::optional<std::pair<Expression, int64_t>> lane; ///< The vector and its lane that `scalar` is.
  };
  struct Lane {
    std::string text;
    Expression vector;
    int64_t number;
  };
  struct Product {
    std::string text;
    llvm::SmallVector<Expression> factors;
  };

  bool isAArch64;
  llvm::DenseMap<mlir::Value, Splat> splats;
  llvm::DenseMap<mlir::Value, Lane> lanes;
  llvm::DenseMap<mlir::Value, Product> products;
  std::map<std::string, std::string> structures; ///< Types by name.
  /// Helpers by name, in the order of their first use: one may call another that was there before it.
  std::vector<std::pair<std::string, std::string>> functions;
};

} // namespace edgecc::c

#endif
