// The `hls` dialect: what a high-level synthesis tool is told about loops, arrays and functions. See RATIONALE.md.
#ifndef EDGECC_DIALECTS_HLS_HLSOPS_TD
#define EDGECC_DIALECTS_HLS_HLSOPS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"

def Hls_Dialect : Dialect {
  let name = "hls";
  let cppNamespace = "::edgecc::hls";
  let summary = "Directives for high-level synthesis on loops, arrays and functions";
  let description = [{
    The dialect has no operations. Its attributes stand on `scf.for`, `memref.alloca`, `memref.global` and `func.func`
    under the names that the dialect's verifier knows:

    | Attribute | Stands on | Says |
    |---|---|---|
    | `hls.pipeline` | `scf.for` | a new iteration starts every `ii` cycles |
    | `hls.unroll` | `scf.for` | every iteration is hardware of its own |
    | `hls.partition` | arrays, arguments | the array is split into banks that work at the same time |
    | `hls.interface` | arguments of the top function | how the port reaches the outside |
    | `hls.dataflow` | `func.func` | the calls run at the same time, each on the next data |
    | `hls.top` | `func.func` | the function that the tool is given |

    What a synthesis tool would refuse, the verifier refuses with the reason:

    - P1: `hls.pipeline` stands on an `scf.for` with constant bounds and an initiation interval of at least 1.
    - P2: loops inside a pipelined loop have constant bounds and `hls.unroll`, for the tool unrolls them.
    - P3: control flow that is not a loop with constant bounds (`scf.while`) cannot be inside a pipelined loop.
    - U1: `hls.unroll` stands on an `scf.for` with constant bounds.
    - A1: `hls.partition` stands on an array of rank 1 and has a factor from 1 to 1024.
    - I1: an interface is `m_axi`, `s_axilite`, `axis` or `bram`.
    - D1: a function with `hls.dataflow` holds calls, local arrays and what computes no values, nothing else.
    - D2: a local array in it has one call that writes it and one that reads it, later.
    - D3: a call in it takes each array once, so that no two of its pointers are the same memory.
    - F1: the top and all that it calls allocate no memory (`memref.alloc`) and do not call themselves, directly or not.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
}

class Hls_Attr<string attrName, string attrMnemonic> : AttrDef<Hls_Dialect, attrName> {
  let mnemonic = attrMnemonic;
}

def Hls_PipelineAttr : Hls_Attr<"Pipeline", "pipeline"> {
  let summary = "a loop of which a new iteration starts every `ii` cycles";
  let description = [{
    `distance`, where it is not 0, promises that what an iteration stores into a local array is not read again for so many
    iterations. `reason` says why the interval is what it is.
    Example: `#hls.pipeline<ii = 1, distance = 8, reason = "8 sums in turn">`
  }];
  let parameters = (ins "int64_t":$ii, DefaultValuedParameter<"int64_t", "0">:$distance,
                        OptionalParameter<"::mlir::StringAttr">:$reason);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Hls_UnrollAttr : Hls_Attr<"Unroll", "unroll"> {
  let summary = "a loop whose iterations all run at the same time";
  let parameters = (ins "::mlir::StringAttr":$reason);
  let assemblyFormat = "`<` $reason `>`";
}

def Hls_PartitionAttr : Hls_Attr<"Partition", "partition"> {
  let summary = "an array in `factor` banks; element i lies in bank i mod factor";
  let parameters = (ins "int64_t":$factor);
  let assemblyFormat = "`<` $factor `>`";
}

def Hls_InterfaceAttr : Hls_Attr<"Interface", "interface"> {
  let summary = "how an argument of the top function reaches the outside";
  let description = "Example: `#hls.interface<\"m_axi\", \"gmem0\">`";
  let parameters = (ins "::mlir::StringAttr":$mode, "::mlir::StringAttr":$bundle);
  let assemblyFormat = "`<` $mode `,` $bundle `>`";
}

#endif
