// Functions of the kernel IR as text of the C family: names, statements, control flow.
//
// Values that are used once become part of the expression that uses them, as long as no memory is written in between;
// others become named constants. A loop's carried values are variables; loops that hand one on to the loop inside them
// share it. The text is right whatever the names are: they come from locations, which the schedule and the importer
// set.
#ifndef EDGECC_TARGETS_SOURCE_FUNCTIONPRINTER_H
#define EDGECC_TARGETS_SOURCE_FUNCTIONPRINTER_H

#include "targets/source/Language.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"

namespace edgecc::source {

class FunctionPrinter {
public:
  /// `symbols` gives the C names of functions and constants of the module.
  FunctionPrinter(Language &language, const llvm::StringMap<std::string> &symbols, llvm::raw_ostream &os,
                  unsigned indent)
      : language(language), symbols(symbols), os(os), indent(indent) {}

  /// Gives a parameter its name. `isBytes`: a buffer without a type of its own, as the arena is.
  void setName(mlir::Value value, std::string name, bool isBytes = false);

  /// Prints the operations of `block`, without its terminator. Fails, with an error at the operation that has no form
  /// in the language.
  mlir::LogicalResult printBlock(mlir::Block &block);

  /// Prints the language's directives for `op`, a loop, a local array or a function.
  void printDirectives(mlir::Operation *op);

private:
  struct Pending {
    Expression expression;
    bool readsMemory = false;
  };

  mlir::LogicalResult printOperation(mlir::Operation &op);
  mlir::LogicalResult printValue(mlir::Operation &op);
  /// What has to happen where it stands: a statement, or a constant that no expression takes in.
  mlir::LogicalResult printEffect(mlir::Operation &op);
  mlir::LogicalResult printStore(mlir::Operation &op);
  mlir::LogicalResult printCall(mlir::func::CallOp call);
  mlir::LogicalResult printArray(mlir::Operation &op);
  mlir::LogicalResult printFor(mlir::scf::ForOp loop);
  mlir::LogicalResult printIf(mlir::scf::IfOp branch);
  mlir::LogicalResult printWhile(mlir::scf::WhileOp loop);
  mlir::LogicalResult printNested(mlir::Block &block);

  /// The variable of each value that a loop in `block` carries, declared and initialised.
  llvm::SmallVector<std::string> declareCarried(mlir::Block *block, mlir::ValueRange initial, mlir::ValueRange results);
  /// Prints `op`, a step of a sum, as the first statement of a new variable or as a change of the variable that has the
  /// sum so far. Returns false, and prints nothing, where it is neither.
  bool printSumStep(mlir::Operation &op, const Expression &expression);
  /// Whether `value` is what the variable of a loop around it has in the next turn.
  bool isNextOf(mlir::Value value, llvm::StringRef variable) const;
  /// variable = value;
  void printAssignment(llvm::StringRef variable, llvm::StringRef value);
  /// The same for all at once.
  void assign(llvm::ArrayRef<std::string> variables, mlir::ValueRange values);

  Expression use(mlir::Value value);
  /// A buffer as a pointer to its first element.
  Expression pointer(mlir::Value buffer);
  /// The element of a buffer of any rank.
  Expression elementIndex(mlir::Value buffer, mlir::ValueRange indices);
  bool isInlined(mlir::Operation &op, const Expression &expression) const;
  /// Names pending values: all, or those that read memory.
  void flush(bool onlyReads);
  void declare(mlir::Value value, const Expression &expression);
  std::string freshName(llvm::StringRef stem);
  llvm::raw_ostream &line() { return os.indent(indent); }

  Language &language;
  const llvm::StringMap<std::string> &symbols;
  llvm::raw_ostream &os;
  unsigned indent;
  llvm::DenseMap<mlir::Value, Expression> named;
  llvm::DenseSet<mlir::Value> bytes;
  llvm::DenseSet<mlir::Value> variables; ///< Named values that assignments change.
  llvm::MapVector<mlir::Value, Pending> pending;
  bool usedMemory = false; ///< Whether what use() gave since the last reset reads memory.
  llvm::StringMap<unsigned> taken;
};

/// The name that a loop has from the schedule, such as "oh"; "i" where it has none.
std::string loopName(mlir::Operation *loop);

} // namespace edgecc::source

#endif
