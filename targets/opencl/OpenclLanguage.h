// OpenCL C 1.2: vectors, address spaces, overloaded functions.
#ifndef EDGECC_TARGETS_OPENCL_OPENCLLANGUAGE_H
#define EDGECC_TARGETS_OPENCL_OPENCLLANGUAGE_H

#include "targets/source/Language.h"

#include <map>

namespace edgecc::opencl {

/// Booleans are ints, 0 or 1; vectors of them are vectors of ints, 0 or -1, as comparisons give. Half floats are floats
/// that are rounded when they are stored, for devices without arithmetic on them.
class OpenclLanguage : public source::Language {
public:
  std::string valueType(mlir::Type type) override;
  std::string elementType(mlir::Type type) override;
  std::string literal(mlir::TypedAttr value) override;
  source::Expression load(llvm::StringRef buffer, const source::Expression &index, mlir::Type type) override;
  std::string store(llvm::StringRef buffer, const source::Expression &index, const source::Expression &value,
                    mlir::Type type) override;
  mlir::FailureOr<source::Expression> print(mlir::Operation *op, llvm::ArrayRef<source::Expression> operands) override;

protected:
  std::string mathName(llvm::StringRef name, mlir::Type type) override { return name.str(); }

public:
  /// What a file begins with for the expressions that were printed so far.
  std::string prelude() const;

private:
  /// A call of a function that combines all elements of a vector; its definition goes into the prelude.
  mlir::FailureOr<source::Expression> reduce(mlir::Operation *op, const source::Expression &value);
  mlir::FailureOr<source::Expression> printVector(mlir::Operation *op, llvm::ArrayRef<source::Expression> operands);
  mlir::FailureOr<source::Expression> printInteger(mlir::Operation *op, llvm::ArrayRef<source::Expression> operands);
  mlir::FailureOr<source::Expression> printChoice(mlir::Operation *op, llvm::ArrayRef<source::Expression> operands);
  mlir::FailureOr<source::Expression> printCast(mlir::Operation *op, llvm::ArrayRef<source::Expression> operands);
  /// A call of a function that rounds to half precision; its definition goes into the prelude.
  source::Expression roundToHalf(const source::Expression &value, mlir::Type type);
  /// The bits of `value` as an unsigned number, and back.
  source::Expression asUnsigned(const source::Expression &value, mlir::Type type);
  source::Expression asType(const source::Expression &value, mlir::Type type);

  std::map<std::string, std::string> functions; ///< Names and definitions.
};

} // namespace edgecc::opencl

#endif
