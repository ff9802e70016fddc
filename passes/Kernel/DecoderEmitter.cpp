// Emission of decoders; ConstantCoder.h describes what they read.
//
// A table entry, for all bits that begin with a code, is the number of the code times 16 plus its length. It is found
// by the next L bits, which lie in three bytes since L is 12 at most.
#include "passes/Kernel/DecoderEmitter.h"
#include "passes/Kernel/Huffman.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace edgecc::kernel;

namespace {

static_assert(HuffmanCode::maxLength <= 15 && HuffmanCode::maxLength + 7 <= 24, "lengths of 4 bits, bits of 3 bytes");

/// A code's table, and how many codes it has.
struct Table {
  Value begin, length, count;
};

class DecoderEmitter {
public:
  DecoderEmitter(OpBuilder &builder, func::FuncOp function, CodedForm form)
      : builder(builder), loc(function.getLoc()), form(form), streams(function.getArgument(0)),
        streamBegin(function.getArgument(1)), values(function.getArgument(2)), valuesBegin(function.getArgument(3)),
        tables(function.getArgument(4)), tablesBegin(function.getArgument(5)), out(function.getArgument(6)),
        outBegin(function.getArgument(7)) {}

  void emit() {
    Value elements = number(streamBegin);
    if (form == CodedForm::Dense) {
      Value at = add(streamBegin, constant(4));
      Table codes = buildTable(at, tablesBegin);
      emitDense(elements, codes, bitsAfter(at));
    } else {
      emitSparse(elements);
    }
  }

private:
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }
  Value sub(Value a, Value b) { return arith::SubIOp::create(builder, loc, a, b); }
  Value shiftLeft(Value a, Value b) { return arith::ShLIOp::create(builder, loc, a, b); }
  Value shiftRight(Value a, Value b) { return arith::ShRUIOp::create(builder, loc, a, b); }
  Value bitOr(Value a, Value b) { return arith::OrIOp::create(builder, loc, a, b); }
  Value bitAnd(Value a, Value b) { return arith::AndIOp::create(builder, loc, a, b); }

  Value loadIndex(Value buffer, Value at) {
    Value loaded = memref::LoadOp::create(builder, loc, buffer, at);
    return arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), loaded);
  }
  Value byteAt(Value at) { return loadIndex(streams, at); }
  Value shortAt(Value at) { return bitOr(byteAt(at), shiftLeft(byteAt(add(at, constant(1))), constant(8))); }
  Value number(Value at) { return bitOr(shortAt(at), shiftLeft(shortAt(add(at, constant(2))), constant(16))); }

  using Body = llvm::function_ref<SmallVector<Value>(Value iteration, ValueRange carried)>;
  /// A loop that carries values from one iteration to the next; `body` returns the new ones.
  SmallVector<Value> loop(StringRef name, Value begin, Value end, ValueRange initial, Body body) {
    Location named = FusedLoc::get(builder.getContext(), {loc}, builder.getStringAttr(name));
    auto made = scf::ForOp::create(builder, named, begin, end, constant(1), initial,
                                   [&](OpBuilder &inner, Location, Value iteration, ValueRange carried) {
                                     OpBuilder::InsertionGuard guard(builder);
                                     builder.restoreInsertionPoint(inner.saveInsertionPoint());
                                     SmallVector<Value> next = body(iteration, carried);
                                     scf::YieldOp::create(builder, loc, next);
                                   });
    return SmallVector<Value>(made.getResults());
  }

  /// Fills the table of the code that is described from byte `at` on; `at` moves behind the description.
  Table buildTable(Value &at, Value begin) {
    Value length = byteAt(at), one = constant(1), zero = constant(0);
    SmallVector<Value> end =
        loop("length", one, add(length, one), {begin, zero}, [&](Value bits, ValueRange outer) -> SmallVector<Value> {
          Value count = shortAt(sub(add(at, shiftLeft(bits, one)), one));
          Value width = shiftLeft(one, sub(length, bits));
          return loop("code", zero, count, outer, [&](Value, ValueRange inner) -> SmallVector<Value> {
            Value entry = bitOr(shiftLeft(inner[1], constant(4)), bits), next = add(inner[0], width);
            Value stored = arith::IndexCastOp::create(builder, loc, builder.getI16Type(), entry);
            loop("entry", inner[0], next, {}, [&](Value place, ValueRange) -> SmallVector<Value> {
              memref::StoreOp::create(builder, loc, stored, tables, place);
              return {};
            });
            return {next, add(inner[1], one)};
          });
        });
    at = add(add(at, shiftLeft(length, one)), one);
    return {begin, length, end[1]};
  }

  /// The first bit behind byte `at`, counted from the stream's begin.
  Value bitsAfter(Value at) { return shiftLeft(sub(at, streamBegin), constant(3)); }

  /// The number of the code at bit `at`, which moves behind it.
  Value readCode(const Table &table, Value &at) {
    Value byte = add(streamBegin, shiftRight(at, constant(3)));
    Value window =
        bitOr(bitOr(shiftLeft(byteAt(byte), constant(16)), shiftLeft(byteAt(add(byte, constant(1))), constant(8))),
              byteAt(add(byte, constant(2))));
    Value rest = sub(sub(constant(24), table.length), bitAnd(at, constant(7)));
    Value mask = sub(shiftLeft(constant(1), table.length), constant(1));
    Value entry = loadIndex(tables, add(table.begin, bitAnd(shiftRight(window, rest), mask)));
    at = add(at, bitAnd(entry, constant(15)));
    return shiftRight(entry, constant(4));
  }

  void store(Value value, Value element) { memref::StoreOp::create(builder, loc, value, out, add(outBegin, element)); }
  Value valueOf(Value code) { return memref::LoadOp::create(builder, loc, values, add(valuesBegin, code)); }

  void emitDense(Value elements, const Table &codes, Value firstBit) {
    loop("element", constant(0), elements, firstBit, [&](Value element, ValueRange carried) -> SmallVector<Value> {
      Value bit = carried[0];
      Value code = readCode(codes, bit);
      store(valueOf(code), element);
      return {bit};
    });
  }

  void emitSparse(Value elements) {
    Value entries = number(add(streamBegin, constant(4))), at = add(streamBegin, constant(8));
    Table gaps = buildTable(at, tablesBegin), codes;
    Value gapList = at;
    at = add(at, gaps.count);
    if (form == CodedForm::Sparse)
      codes = buildTable(at, add(tablesBegin, shiftLeft(constant(1), gaps.length)));
    Type type = cast<MemRefType>(out.getType()).getElementType();
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    loop("element", constant(0), elements, {}, [&](Value element, ValueRange) -> SmallVector<Value> {
      store(zero, element);
      return {};
    });
    Value last = sub(elements, constant(1));
    loop("entry", constant(0), entries, {bitsAfter(at), constant(0)},
         [&](Value entry, ValueRange carried) -> SmallVector<Value> {
           Value bit = carried[0];
           Value gap = byteAt(add(gapList, readCode(gaps, bit)));
           Value next = add(carried[1], gap);
           Value isInside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, next, last);
           Value element = arith::SelectOp::create(builder, loc, isInside, next, last);
           Value code = form == CodedForm::Sparse ? readCode(codes, bit) : entry;
           store(valueOf(code), element);
           return {bit, add(element, constant(1))};
         });
  }

  OpBuilder &builder;
  Location loc;
  CodedForm form;
  Value streams, streamBegin, values, valuesBegin, tables, tablesBegin, out, outBegin;
};

} // namespace

func::FuncOp edgecc::kernel::emitDecoder(OpBuilder &builder, Location loc, StringRef name, CodedForm form,
                                         const DecoderTypes &types) {
  Type index = builder.getIndexType();
  SmallVector<Type> operands = {types.streams, types.values, types.tables, types.out}, arguments;
  for (Type operand : operands)
    arguments.append({operand, index});
  auto function = func::FuncOp::create(builder, loc, name, builder.getFunctionType(arguments, {}));
  function.setPrivate();
  function->setAttr("edge.operands", builder.getTypeArrayAttr(operands));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(function.addEntryBlock());
  DecoderEmitter(builder, function, form).emit();
  func::ReturnOp::create(builder, loc);
  return function;
}
