// The same header, seen by a C++ compiler.
#include "HeaderTest.c"
