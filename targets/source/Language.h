// How the languages of the C family spell what the kernel IR says: types, literals, loads and stores, operations.
//
// The control flow of all of them is the same and stands in FunctionPrinter.h. A language is one class; where it
// differs from C99 it overrides a function.
#ifndef EDGECC_TARGETS_SOURCE_LANGUAGE_H
#define EDGECC_TARGETS_SOURCE_LANGUAGE_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

#include "llvm/ADT/SetVector.h"

#include <string>

namespace edgecc::source {

/// Text of a value, with how tightly its outermost operator binds.
struct Expression {
  enum Level {
    Primary, ///< A name, a literal, a call, an element.
    Unary,   ///< A cast, a minus sign.
    Product,
    Sum,
    Loose, ///< Anything else: comparisons, bit operations, the conditional.
  };
  std::string text;
  Level level = Primary;
};

/// The text of `expression`, in parentheses if it binds less tightly than `loosest`.
std::string within(const Expression &expression, Expression::Level loosest);

class Language {
public:
  virtual ~Language() = default;

  /// The type of a variable, and of an element in memory.
  virtual std::string valueType(mlir::Type type);
  virtual std::string elementType(mlir::Type type);
  virtual std::string literal(mlir::TypedAttr value);
  /// The number of type `type` with these bits.
  std::string literal(mlir::Type type, const llvm::APInt &bits);
  /// Element `index` of `buffer`, an element of type `type` there, or the vector that begins there.
  virtual Expression load(llvm::StringRef buffer, const Expression &index, mlir::Type type);
  virtual std::string store(llvm::StringRef buffer, const Expression &index, const Expression &value, mlir::Type type);

  /// The value of `op`, which has one result and neither regions nor side effects. Fails, with an error at `op`, where
  /// the language has no words for it.
  virtual mlir::FailureOr<Expression> print(mlir::Operation *op, llvm::ArrayRef<Expression> operands);

  /// The headers that a file needs beside those of C99.
  virtual std::string includes() const { return ""; }
  /// Whether the text of `op` is written wherever its value is used, rather than once with a name.
  virtual bool isFree(mlir::Operation *op) { return false; }
  /// Whether `op` adds to a sum of many steps that shall be a variable, with a statement for each step, rather than one
  /// expression at the end.
  virtual bool isSumStep(mlir::Operation *op) { return false; }
  /// The definition of the object `name` that `op` makes, such as a queue. Only for operations of the language's own.
  virtual std::string object(mlir::Operation *op, llvm::StringRef name) { return ""; }

  /// What stands before the `for` of a loop, such as a label; empty in most languages.
  virtual std::string loopLabel(mlir::Operation *loop, llvm::StringRef name) { return ""; }
  /// The lines that stand first in the body of a loop, behind a local array, or first in a function: directives for a
  /// tool. `nameOf` gives the names of values and, for a memref.get_global, of constants.
  using NameOf = llvm::function_ref<std::string(mlir::Value)>;
  virtual llvm::SmallVector<std::string> directives(mlir::Operation *op, NameOf nameOf) { return {}; }

  /// Definitions of the helper functions that were used so far, in a fixed order; empty if none was.
  virtual std::string helperDefinitions() const;

protected:
  /// A call of a helper function; its definition is printed with the others.
  Expression callHelper(llvm::StringRef name, llvm::ArrayRef<Expression> arguments);
  static Expression call(llvm::StringRef name, llvm::ArrayRef<Expression> arguments);
  static Expression castTo(llvm::StringRef type, const Expression &value);
  static Expression binary(const Expression &left, llvm::StringRef symbol, const Expression &right,
                           Expression::Level level);
  /// The name of a function of the C library's math.h for `type`, such as "expf".
  virtual std::string mathName(llvm::StringRef name, mlir::Type type);

private:
  mlir::FailureOr<Expression> printArithmetic(mlir::Operation *op, llvm::ArrayRef<Expression> operands);
  mlir::FailureOr<Expression> printComparison(mlir::Operation *op, llvm::ArrayRef<Expression> operands);
  mlir::FailureOr<Expression> printConversion(mlir::Operation *op, llvm::ArrayRef<Expression> operands);
  mlir::FailureOr<Expression> printMath(mlir::Operation *op, llvm::ArrayRef<Expression> operands);
  Expression wrapped(llvm::StringRef symbol, Expression::Level level, llvm::ArrayRef<Expression> operands,
                     mlir::Type type);
  Expression asUnsigned(const Expression &value, mlir::Type type);

  llvm::SetVector<llvm::StringRef> helpers;
};

} // namespace edgecc::source

#endif
