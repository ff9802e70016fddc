// Fills in the report of --report from what was measured.
#ifndef EDGECC_COMPILER_DRIVER_COMPRESSIONREPORT_H
#define EDGECC_COMPILER_DRIVER_COMPRESSIONREPORT_H

#include "compiler/Driver/BudgetSearch.h"
#include "compiler/Report/Report.h"

namespace edgecc {

/// The report on `recipe`, without the candidates of a search. `after` is measured where it is not known. Measures each
/// layer alone, too.
llvm::Expected<report::Report> describeCompression(const BudgetTask &task, search::NetworkEvaluator &evaluator,
                                                   const search::EvaluatorOptions &evaluation,
                                                   const compress::Recipe &recipe);

/// Adds the candidates of a search.
void describeCandidates(report::Report &report, const search::Space &space, const search::SearchResult &result);

} // namespace edgecc

#endif
