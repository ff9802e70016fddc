// Printing of functions; see FunctionPrinter.h.
#include "targets/source/FunctionPrinter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc::source;

/// Longer expressions are split by a name.
static constexpr size_t longestExpression = 90;

std::string edgecc::source::loopName(Operation *loop) {
  // The schedule names a loop in front of the location of its kernel.
  if (auto fused = dyn_cast<FusedLoc>(loop->getLoc()))
    if (auto metadata = dyn_cast_or_null<StringAttr>(fused.getMetadata()))
      return metadata.str();
  return "i";
}

//===-- Names -----------------------------------------------------------------------------------------------------===//

void FunctionPrinter::setName(Value value, std::string name, bool isBytes) {
  taken[name] = 1;
  named[value] = {std::move(name), Expression::Primary};
  if (isBytes)
    bytes.insert(value);
}

std::string FunctionPrinter::freshName(StringRef stem) {
  unsigned &count = taken[stem];
  std::string name = count == 0 ? stem.str() : (stem + std::to_string(count)).str();
  ++count;
  if (name != stem && taken.contains(name)) // A parameter has it.
    return freshName(stem);
  return name;
}

static StringRef stemOf(Value value) {
  if (value.getType().isIndex())
    return "at";
  if (value.getType().isInteger(1))
    return "is";
  return isa_and_nonnull<memref::LoadOp, vector::LoadOp>(value.getDefiningOp()) ? "v" : "t";
}

void FunctionPrinter::declare(Value value, const Expression &expression) {
  std::string name = freshName(stemOf(value));
  line() << "const " << language.valueType(value.getType()) << " " << name << " = " << expression.text << ";\n";
  named[value] = {name, Expression::Primary};
}

void FunctionPrinter::flush(bool onlyReads) {
  llvm::MapVector<Value, Pending> kept;
  for (auto &[value, entry] : pending)
    if (onlyReads && !entry.readsMemory)
      kept.insert({value, entry});
    else
      declare(value, entry.expression);
  pending = std::move(kept);
}

Expression FunctionPrinter::use(Value value) {
  auto waiting = pending.find(value);
  if (waiting != pending.end()) {
    Expression expression = waiting->second.expression;
    usedMemory |= waiting->second.readsMemory;
    pending.erase(waiting);
    return expression;
  }
  // A variable is as good as memory: what reads it must come before the next assignment.
  usedMemory |= variables.contains(value);
  auto known = named.find(value);
  assert(known != named.end() && "values are printed before their uses");
  return known->second;
}

//===-- Buffers ---------------------------------------------------------------------------------------------------===//

Expression FunctionPrinter::pointer(Value buffer) {
  auto known = named.find(buffer);
  if (known != named.end())
    return known->second;
  Operation *op = buffer.getDefiningOp();
  std::string element = language.elementType(cast<MemRefType>(buffer.getType()).getElementType());
  if (auto get = dyn_cast<memref::GetGlobalOp>(op))
    return {symbols.lookup(get.getName()), Expression::Primary};
  if (auto view = dyn_cast<memref::ViewOp>(op)) {
    // Bytes of the arena as elements of a type.
    Expression base = pointer(view.getSource()), shift = use(view.getByteShift());
    std::string address = shift.text == "0" ? within(base, Expression::Unary)
                                            : "(" + base.text + " + " + within(shift, Expression::Product) + ")";
    return {"(" + element + " *)" + address, Expression::Unary};
  }
  if (auto reinterpret = dyn_cast<memref::ReinterpretCastOp>(op)) {
    Expression base = pointer(reinterpret.getSource());
    OpFoldResult offset = reinterpret.getMixedOffsets().front();
    if (auto number = dyn_cast<Attribute>(offset)) {
      int64_t elements = cast<IntegerAttr>(number).getInt();
      return elements == 0
                 ? base
                 : Expression{within(base, Expression::Sum) + " + " + std::to_string(elements), Expression::Sum};
    }
    return {within(base, Expression::Sum) + " + " + within(use(cast<Value>(offset)), Expression::Product),
            Expression::Sum};
  }
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return {within(use(select.getCondition()), Expression::Unary) + " ? " + pointer(select.getTrueValue()).text +
                " : " + pointer(select.getFalseValue()).text,
            Expression::Loose};
  assert(isa<memref::CastOp>(op) && "views are reinterpret_casts by now");
  return pointer(op->getOperand(0));
}

Expression FunctionPrinter::elementIndex(Value buffer, ValueRange indices) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  [[maybe_unused]] LogicalResult known = type.getStridesAndOffset(strides, offset);
  assert(succeeded(known) && "buffers have strides");
  if (indices.empty())
    return {"0", Expression::Primary};
  if (indices.size() == 1 && strides[0] == 1)
    return use(indices[0]);
  Expression sum{"", Expression::Sum};
  for (auto [index, stride] : llvm::zip_equal(indices, strides)) {
    std::string term = within(use(index), Expression::Product);
    if (stride != 1)
      term += " * " + std::to_string(stride);
    sum.text += (sum.text.empty() ? "" : " + ") + term;
  }
  return sum;
}

//===-- Values and statements -------------------------------------------------------------------------------------===//

bool FunctionPrinter::isInlined(Operation &op, const Expression &expression) const {
  if (!op.hasOneUse() || expression.text.size() > longestExpression)
    return false;
  // Loops compare with their bounds again and again; views are printed wherever they are used.
  Operation *user = *op.user_begin();
  bool isPrintedOften = isa<scf::ForOp, scf::WhileOp>(user) ||
                        (user->getNumResults() == 1 && isa<MemRefType>(user->getResult(0).getType()));
  return user->getBlock() == op.getBlock() && !isPrintedOften;
}

LogicalResult FunctionPrinter::printValue(Operation &op) {
  usedMemory = false;
  Value result = op.getResult(0);
  Expression expression;
  if (isa<memref::LoadOp, vector::LoadOp>(op)) {
    Expression at = elementIndex(op.getOperand(0), op.getOperands().drop_front());
    Expression buffer = pointer(op.getOperand(0));
    expression = language.load(within(buffer, Expression::Primary), at, result.getType());
    usedMemory = true;
  } else {
    SmallVector<Expression> operands;
    for (Value operand : op.getOperands())
      operands.push_back(use(operand));
    FailureOr<Expression> printed = language.print(&op, operands);
    if (failed(printed))
      return failure();
    expression = *printed;
  }
  bool isFree = isa<arith::ConstantOp>(op) ||
                (!usedMemory && expression.text.size() <= longestExpression / 2 && language.isFree(&op));
  if (isFree) {
    named[result] = expression;
  } else if (language.isSumStep(&op) && printSumStep(op, expression)) {
    return success();
  } else if (isInlined(op, expression)) {
    pending.insert({result, {expression, usedMemory}});
  } else if (!op.use_empty()) {
    declare(result, expression);
  }
  return success();
}

LogicalResult FunctionPrinter::printStore(Operation &op) {
  Value stored = op.getOperand(0), memory = op.getOperand(1);
  Expression at = elementIndex(memory, op.getOperands().drop_front(2));
  Expression buffer = pointer(memory), value = use(stored);
  flush(/*onlyReads=*/true);
  line() << language.store(within(buffer, Expression::Primary), at, value, stored.getType()) << ";\n";
  return success();
}

LogicalResult FunctionPrinter::printCall(func::CallOp call) {
  SmallVector<std::string> arguments;
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
  for (auto [parameter, operand] : llvm::zip_equal(callee.getArguments(), call.getOperands()))
    if (!parameter.use_empty()) // Parameters without uses are not printed.
      arguments.push_back((isa<MemRefType>(operand.getType()) ? pointer(operand) : use(operand)).text);
  flush(/*onlyReads=*/true);
  line() << symbols.lookup(call.getCallee()) << "(" << llvm::join(arguments, ", ") << ");\n";
  return success();
}

/// The text that a value without a name of its own gets from its location's metadata or node, else "array".
static std::string arrayStem(Operation &op) {
  if (auto fused = dyn_cast<FusedLoc>(op.getLoc()))
    if (auto metadata = dyn_cast_or_null<StringAttr>(fused.getMetadata()))
      return metadata.str();
  return "array";
}

LogicalResult FunctionPrinter::printArray(Operation &op) {
  auto array = cast<memref::AllocaOp>(op);
  if (!named.contains(array))
    named[array] = {freshName(arrayStem(op)), Expression::Primary};
  line() << language.elementType(array.getType().getElementType()) << " " << named[array].text << "["
         << array.getType().getNumElements() << "];\n";
  printDirectives(&op);
  return success();
}

void FunctionPrinter::printDirectives(Operation *op) {
  for (const std::string &text : language.directives(op, [&](Value value) { return pointer(value).text; }))
    line() << text << "\n";
}

LogicalResult FunctionPrinter::printEffect(Operation &op) {
  if (op.getNumResults() == 1 && named.contains(op.getResult(0))) { // An object, which whoever prints has named.
    line() << language.object(&op, named[op.getResult(0)].text) << ";\n";
    printDirectives(&op);
    return success();
  }
  SmallVector<Expression> operands;
  for (Value operand : op.getOperands())
    operands.push_back(use(operand));
  FailureOr<Expression> printed = language.print(&op, operands);
  if (failed(printed))
    return failure();
  flush(/*onlyReads=*/true);
  if (op.use_empty())
    line() << printed->text << ";\n";
  else
    declare(op.getResult(0), *printed);
  return success();
}

LogicalResult FunctionPrinter::printOperation(Operation &op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case<scf::ForOp>([&](auto loop) { return printFor(loop); })
      .Case<scf::IfOp>([&](auto branch) { return printIf(branch); })
      .Case<scf::WhileOp>([&](auto loop) { return printWhile(loop); })
      .Case<func::CallOp>([&](auto call) { return printCall(call); })
      .Case<memref::StoreOp, vector::StoreOp>([&](Operation *) { return printStore(op); })
      .Case<memref::AllocaOp>([&](auto) { return printArray(op); })
      // Printed where they are used.
      .Case<memref::ViewOp, memref::ReinterpretCastOp, memref::GetGlobalOp, memref::CastOp>(
          [](Operation *) { return success(); })
      .Default([&](Operation *) -> LogicalResult {
        if (isa<arith::SelectOp>(op) && isa<MemRefType>(op.getResult(0).getType()))
          return success();
        if (op.getNumRegions() == 0 && op.getNumResults() <= 1 && !isMemoryEffectFree(&op) &&
            !isa<memref::LoadOp, vector::LoadOp>(op))
          return printEffect(op);
        if (op.getNumResults() != 1 || op.getNumRegions() != 0)
          return op.emitOpError("cannot be written in this target's language; compile this model with --target=cpu");
        return printValue(op);
      });
}

LogicalResult FunctionPrinter::printBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(printOperation(op)))
      return failure();
  return success();
}

//===-- Control flow ----------------------------------------------------------------------------------------------===//

LogicalResult FunctionPrinter::printNested(Block &block) {
  indent += 2;
  LogicalResult result = printBlock(block);
  indent -= 2;
  return result;
}

SmallVector<std::string> FunctionPrinter::declareCarried(Block *block, ValueRange initial, ValueRange results) {
  SmallVector<std::string> names;
  for (auto [value, result] : llvm::zip_equal(initial, results)) {
    // A variable that only starts this loop is the loop's own.
    if (variables.contains(value) && value.hasOneUse() && value.getParentBlock() == block) {
      names.push_back(named[value].text);
      continue;
    }
    Expression start = use(value);
    std::string name = freshName(value.getType().isIndex() ? "next" : "sum");
    line() << language.valueType(value.getType()) << " " << name << " = " << start.text << ";\n";
    names.push_back(name);
  }
  for (auto [name, result] : llvm::zip_equal(names, results)) {
    named[result] = {name, Expression::Primary};
    variables.insert(result);
  }
  return names;
}

/// Whether `text` has `name` as a word of its own.
static bool mentions(StringRef text, StringRef name) {
  auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (size_t at = text.find(name); at != StringRef::npos; at = text.find(name, at + 1)) {
    bool begins = at == 0 || !isWord(text[at - 1]),
         ends = at + name.size() == text.size() || !isWord(text[at + name.size()]);
    if (begins && ends)
      return true;
  }
  return false;
}

/// Whether `text` is one term, to which nothing is added outside of parentheses.
static bool isTerm(StringRef text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '(' || text[i] == '[';
    depth -= text[i] == ')' || text[i] == ']';
    bool isOperator = i > 0 && text[i - 1] == ' ' && text[i] != '*' && text[i] != '/' && llvm::isPunct(text[i]) &&
                      text[i] != '(' && text[i] != '-' && text[i] != '_';
    bool isMinus = text.substr(i).starts_with(" - ");
    if (depth == 0 && (isOperator || isMinus))
      return false;
  }
  return true;
}

void FunctionPrinter::printAssignment(StringRef variable, StringRef value) {
  StringRef added = value;
  if (added.consume_front((variable + " + ").str()) && isTerm(added))
    line() << variable << " += " << added << ";\n";
  else
    line() << variable << " = " << value << ";\n";
}

bool FunctionPrinter::isNextOf(Value value, StringRef variable) const {
  while (value.hasOneUse()) {
    OpOperand &use = *value.getUses().begin();
    Operation *user = use.getOwner();
    auto loop = dyn_cast<scf::ForOp>(user->getParentOp());
    if (isa<scf::YieldOp>(user) && loop)
      return named.lookup(loop.getRegionIterArg(use.getOperandNumber())).text == variable;
    auto inner = dyn_cast<scf::ForOp>(user);
    if (inner && use.getOperandNumber() >= inner.getNumControlOperands())
      value = inner.getTiedLoopResult(&use);
    else if (language.isSumStep(user))
      value = user->getResult(0);
    else
      return false;
  }
  return false;
}

bool FunctionPrinter::printSumStep(Operation &op, const Expression &expression) {
  Value result = op.getResult(0);
  auto goesOn = [&] {
    Operation *user = *result.user_begin();
    return user->getBlock() == op.getBlock() && language.isSumStep(user);
  };
  // A variable that is not used after this step is free to change.
  auto old = llvm::find_if(op.getOperands(), [&](Value operand) {
    return variables.contains(operand) && operand.hasOneUse() && operand.getParentBlock() == op.getBlock() &&
           operand.getType() == result.getType();
  });
  std::string variable;
  if (old != op.getOperands().end()) {
    variable = named.lookup(*old).text;
    Operation *before = (*old).getDefiningOp();
    bool isOwn = before && language.isSumStep(before);
    if (!isOwn && !isNextOf(result, variable))
      return false;
    printAssignment(variable, expression.text);
  } else {
    if (!result.hasOneUse() || !goesOn())
      return false;
    variable = freshName("sum");
    line() << language.valueType(result.getType()) << " " << variable << " = " << expression.text << ";\n";
  }
  named[result] = {variable, Expression::Primary};
  variables.insert(result);
  return true;
}

void FunctionPrinter::assign(ArrayRef<std::string> targets, ValueRange values) {
  SmallVector<std::string> texts;
  for (Value value : values)
    texts.push_back(use(value).text);
  flush(/*onlyReads=*/false); // What no assignment uses is used by nobody.
  for (size_t i = 0; i < targets.size(); ++i)
    for (size_t earlier = 0; earlier < i; ++earlier)
      if (texts[earlier] != targets[earlier] && mentions(texts[i], targets[earlier])) {
        std::string name = freshName("t");
        line() << "const " << language.valueType(values[i].getType()) << " " << name << " = " << texts[i] << ";\n";
        texts[i] = name;
        break;
      }
  for (auto [target, text] : llvm::zip_equal(targets, texts)) {
    if (text == target)
      continue;
    printAssignment(target, text);
  }
}

LogicalResult FunctionPrinter::printFor(scf::ForOp loop) {
  std::string begin = use(loop.getLowerBound()).text, end = within(use(loop.getUpperBound()), Expression::Sum);
  Expression stepText = use(loop.getStep());
  SmallVector<std::string> carried = declareCarried(loop->getBlock(), loop.getInitArgs(), loop.getResults());
  flush(/*onlyReads=*/false);
  for (auto [name, argument] : llvm::zip_equal(carried, loop.getRegionIterArgs())) {
    named[argument] = {name, Expression::Primary};
    variables.insert(argument);
  }
  std::string name = freshName(loopName(loop));
  named[loop.getInductionVar()] = {name, Expression::Primary};
  std::string type = language.valueType(loop.getInductionVar().getType());
  line() << language.loopLabel(loop, name) << "for (" << type << " " << name << " = " << begin << "; " << name << " < "
         << end << "; ";
  os << (stepText.text == "1" ? "++" + name : name + " += " + stepText.text) << ") {\n";
  indent += 2;
  printDirectives(loop);
  indent -= 2;
  if (failed(printNested(*loop.getBody())))
    return failure();
  indent += 2;
  assign(carried, loop.getBody()->getTerminator()->getOperands());
  indent -= 2;
  line() << "}\n";
  --taken[loopName(loop)]; // A loop beside this one may have the same name.
  return success();
}

LogicalResult FunctionPrinter::printIf(scf::IfOp branch) {
  Expression condition = use(branch.getCondition());
  flush(/*onlyReads=*/false);
  SmallVector<std::string> results;
  for (Value result : branch.getResults()) {
    results.push_back(freshName("chosen"));
    named[result] = {results.back(), Expression::Primary};
    line() << language.valueType(result.getType()) << " " << results.back() << ";\n";
  }
  auto arm = [&](Block &block) {
    if (failed(printNested(block)))
      return failure();
    indent += 2;
    assign(results, block.getTerminator()->getOperands());
    indent -= 2;
    return success();
  };
  line() << "if (" << condition.text << ") {\n";
  if (failed(arm(*branch.thenBlock())))
    return failure();
  if (branch.elseBlock() && !(results.empty() && branch.elseBlock()->without_terminator().empty())) {
    line() << "} else {\n";
    if (failed(arm(*branch.elseBlock())))
      return failure();
  }
  line() << "}\n";
  return success();
}

LogicalResult FunctionPrinter::printWhile(scf::WhileOp loop) {
  // Variables for what the condition is computed from, and for what it hands to the body and to the results.
  SmallVector<std::string> carried = declareCarried(loop->getBlock(), loop.getInits(), loop.getBeforeArguments());
  flush(/*onlyReads=*/false);
  SmallVector<std::string> handed;
  for (auto [result, argument] : llvm::zip_equal(loop.getResults(), loop.getAfterArguments())) {
    handed.push_back(freshName("kept"));
    line() << language.valueType(result.getType()) << " " << handed.back() << ";\n";
    named[result] = named[argument] = {handed.back(), Expression::Primary};
    variables.insert(result);
    variables.insert(argument);
  }
  line() << "for (;;) {\n";
  if (failed(printNested(*loop.getBeforeBody())))
    return failure();
  auto condition = cast<scf::ConditionOp>(loop.getBeforeBody()->getTerminator());
  indent += 2;
  Expression test = use(condition.getCondition());
  std::string goesOn = freshName("is");
  line() << "const bool " << goesOn << " = " << test.text << ";\n";
  assign(handed, condition.getArgs());
  line() << "if (!" << goesOn << ")\n";
  line() << "  break;\n";
  indent -= 2;
  if (failed(printNested(*loop.getAfterBody())))
    return failure();
  indent += 2;
  assign(carried, loop.getAfterBody()->getTerminator()->getOperands());
  indent -= 2;
  line() << "}\n";
  return success();
}
