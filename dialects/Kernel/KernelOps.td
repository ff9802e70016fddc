// The `kernel` dialect: one unit of scheduled work. See RATIONALE.md.
#ifndef EDGECC_DIALECTS_KERNEL_KERNELOPS_TD
#define EDGECC_DIALECTS_KERNEL_KERNELOPS_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::edgecc::kernel";
  let summary = "Units of work between the waist and the code generators";
  let description = [{
    A `kernel.compute` says in its body, as linalg on tensors, what is computed, and by its operands where the data lie.
    The body stays the same when the operands turn from tensors into buffers.
  }];
}

def Kernel_Shaped : AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef]>;

def Kernel_ComputeOp : Op<Kernel_Dialect, "compute", [
    IsolatedFromAbove, AttrSizedOperandSegments, DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>, SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "a fused computation whose intermediates live in registers";
  let description = [{
    The body has one tensor argument for each input, then one for each output, with the shapes and element types of the
    operands, and yields one tensor per output. On tensors there is one result per output; on buffers none, and the
    yielded tensors are written to the outputs. An output is only read where the body reads its argument.

    - C1: body arguments match the operands, results and yielded values the outputs.
    - C2: operands are all tensors or all buffers.
  }];
  let arguments = (ins Variadic<Kernel_Shaped>:$inputs, Variadic<Kernel_Shaped>:$outputs);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasVerifier = 1;
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputsMutable(); }
    /// Whether the operands are buffers.
    bool hasBuffers() { return getNumResults() == 0; }
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
  }];
}

def Kernel_YieldOp : Op<Kernel_Dialect, "yield", [Pure, Terminator, ReturnLike, HasParent<"ComputeOp">]> {
  let summary = "the tensors that a kernel computes, one per output";
  let arguments = (ins Variadic<AnyRankedTensor>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
  let builders = [OpBuilder<(ins), [{ /* no values */ }]>];
}

def Kernel_DotOp : Op<Kernel_Dialect, "dot", [Pure, AllTypesMatch<["accumulator", "result"]>]> {
  let summary = "adds to each lane the sum of the products of a few neighbours";
  let description = [{
    Lane l of the result is accumulator[l] + sum over j of group[j] * weights[l * g + j], where g is the number of elements
    of `group`. Sums wrap as i32 does. The weights are signed, the group is unless `unsigned_group` says so.

    `small_pairs` promises that the products of neighbours 2j and 2j + 1 sum to an i16 whatever the group, which lets a
    target take an instruction that saturates there.

    - C1: there is a group of weights for each lane.

    ```mlir
    %1 = kernel.dot %0, %x, %w {unsigned_group} : vector<8xi32>, vector<4xi8>, vector<32xi8>
    ```
  }];
  let arguments = (ins VectorOfRankAndType<[1], [I32]>:$accumulator, VectorOfRankAndType<[1], [I8, I16]>:$group,
                       VectorOfRankAndType<[1], [I8, I16]>:$weights, UnitAttr:$unsigned_group, UnitAttr:$small_pairs);
  let results = (outs VectorOfRankAndType<[1], [I32]>:$result);
  let assemblyFormat = [{ $accumulator `,` $group `,` $weights attr-dict
                          `:` type($accumulator) `,` type($group) `,` type($weights) }];
  let hasVerifier = 1;
}

def Kernel_CountBitsOp : Op<Kernel_Dialect, "count_bits", [Pure, AllTypesMatch<["counts", "weights", "result"]>]> {
  let summary = "adds to each lane the number of bits in which its byte differs from one that all lanes share";
  let description = [{
    Lane l of the result is counts[l] plus the number of bits set in group xor weights[l]. Counts wrap as i8 does; whoever emits
    these adds at most 31 of them up.

    ```mlir
    %1 = kernel.count_bits %0, %x, %w : vector<32xi8>
    ```
  }];
  let arguments = (ins VectorOfRankAndType<[1], [I8]>:$counts, I8:$group, VectorOfRankAndType<[1], [I8]>:$weights);
  let results = (outs VectorOfRankAndType<[1], [I8]>:$result);
  let assemblyFormat = "$counts `,` $group `,` $weights attr-dict `:` type($counts)";
}

#endif
