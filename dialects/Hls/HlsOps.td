// The `hls` dialect: what a high-level synthesis tool is told about loops, arrays and functions. See RATIONALE.md.
#ifndef EDGECC_DIALECTS_HLS_HLSOPS_TD
#define EDGECC_DIALECTS_HLS_HLSOPS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/OpBase.td"

def Hls_Dialect : Dialect {
  let name = "hls";
  let cppNamespace = "::edgecc::hls";
  let summary = "Directives for high-level synthesis on loops, arrays and functions";
  let description = [{
    Attributes stand on `scf.for`, `memref.alloca`, `memref.global` and `func.func` under the names that the dialect's
    verifier knows; the only operations are those of streams.

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
    - S1: a stream has one call that writes it and one that reads it, later.
    - S2: a call that writes a stream writes nothing else. Where the ways of two outputs meet again, a full stream on one
      could otherwise wait for ever for the other; with this rule any depth will do.
    - S3: `hls.stream` stands in a function with `hls.dataflow` and holds at least 1 word, for without layers that run at
      the same time nobody would empty it.
    - F1: the top and all that it calls allocate no memory (`memref.alloc`) and do not call themselves, directly or not.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
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

def Hls_StreamType : TypeDef<Hls_Dialect, "Stream"> {
  let mnemonic = "stream";
  let summary = "a queue through which `words` elements go in one run, in the order in which they lie in the tensor";
  let parameters = (ins "int64_t":$words, "::mlir::Type":$element);
  let assemblyFormat = "`<` $words `x` $element `>`";
}

def Hls_StreamOp : Op<Hls_Dialect, "stream"> {
  let summary = "a queue between two calls of a dataflow function";
  let description = [{
    Hardware has room for `depth` words: who writes waits while it is full, who reads while it is empty.

    - S3, see above.

    Example: `%s = hls.stream depth 16 "a row of the writer" : !hls.stream<64 x f32>`
  }];
  let arguments = (ins I64Attr:$depth, StrAttr:$reason);
  let results = (outs Hls_StreamType:$stream);
  let assemblyFormat = "`depth` $depth $reason attr-dict `:` type($stream)";
  let hasVerifier = 1;  // S3
}

class Hls_WordOp<string mnemonic> : Op<Hls_Dialect, mnemonic, [
    TypesMatchWith<"a word has the type of the stream's elements", "stream", "word",
                   "::llvm::cast<StreamType>($_self).getElement()">]> {
  // Neither pure nor a plain access to memory: each run takes another word, so nothing may drop, double or move one.
}

def Hls_ReadOp : Hls_WordOp<"read"> {
  let summary = "takes the next word out of a stream";
  let arguments = (ins Hls_StreamType:$stream);
  let results = (outs AnyType:$word);
  let assemblyFormat = "$stream attr-dict `:` type($stream)";
}

def Hls_WriteOp : Hls_WordOp<"write"> {
  let summary = "puts a word into a stream, behind all others";
  let arguments = (ins AnyType:$word, Hls_StreamType:$stream);
  let assemblyFormat = "$word `to` $stream attr-dict `:` type($stream)";
}

#endif
