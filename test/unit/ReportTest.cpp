// Reports: text that is safe in HTML, marks of axes, and what programs read.
#include "compiler/Report/Report.h"
#include "compiler/Report/Chart.h"

#include "gtest/gtest.h"

using namespace edgecc::report;

namespace {

Report smallReport() {
  Report report;
  report.model = "net<script>";
  report.recipe = "edge-quantize{layers=a&b:4}";
  report.accuracy = "agreement";
  report.samples = 10;
  report.before = {4096, 1024, 5000, std::nullopt, 1, 0};
  report.after = {1024, 512, 5000, std::nullopt, 0.9, 0.01};
  report.layers = {{"\"conv\"", "Conv", 5000, 4096, 1024, 0.01}, {"fc", "Gemm", 0, 0, 0, std::nullopt}};
  report.points = {{"as it is", report.before, true, false}, {"int8", report.after, true, true}};
  return report;
}

} // namespace

TEST(Report, NamesCannotBecomeMarkup) {
  std::string html = htmlOf(smallReport());
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("net&lt;script&gt;"), std::string::npos);
  EXPECT_NE(html.find("a&amp;b:4"), std::string::npos);
  EXPECT_NE(html.find("<td>&quot;conv&quot;</td><td>Conv</td><td>5000</td><td>4096</td><td>1024</td><td>20.0</td>"),
            std::string::npos);
}

TEST(Report, NothingComesFromElsewhere) {
  std::string html = htmlOf(smallReport());
  for (const char *text : {"http", "src=", "href=", "@import", "url("})
    EXPECT_EQ(html.find(text), std::string::npos) << text;
}

TEST(Report, JsonHoldsTheSame) {
  llvm::json::Value json = jsonOf(smallReport());
  const llvm::json::Object &object = *json.getAsObject();
  EXPECT_EQ(object.getObject("after")->getNumber("weight_bytes"), 1024);
  EXPECT_EQ(object.getObject("after")->getNumber("sqnr_db"), 20);
  EXPECT_EQ(object.getArray("layers")->size(), 2u);
  EXPECT_EQ((*object.getArray("layers"))[1].getAsObject()->getBoolean("is_measured"), false);
  EXPECT_EQ((*object.getArray("points"))[1].getAsObject()->getBoolean("is_chosen"), true);
}

TEST(Chart, MarksAreRoundNumbers) {
  EXPECT_EQ(roundMarks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(roundMarks(97, 101, 4), (std::vector<double>{97, 98, 99, 100, 101}));
  EXPECT_TRUE(roundMarks(1, 1, 5).empty());
  EXPECT_EQ(logMarks(3, 120), (std::vector<double>{5, 10, 20, 50, 100}));
}

TEST(Chart, OnePointIsEnough) {
  std::string chart = drawChart("x", "y", {{1, 2, "only", true, true}});
  EXPECT_NE(chart.find("<title>only</title>"), std::string::npos);
  EXPECT_EQ(chart.find("nan"), std::string::npos);
  EXPECT_EQ(drawChart("x", "y", {}), "");
}

TEST(Chart, PointsFarBelowTheCurveAreLeftOut) {
  std::string chart =
      drawChart("x", "y", {{1, 90, "a", true, false}, {2, 95, "b", true, true}, {3, 10, "bad", false, false}});
  EXPECT_EQ(chart.find("bad"), std::string::npos);
}
