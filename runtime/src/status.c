#include "edgecc/status.h"

const char *edgecc_status_name(edgecc_status status) {
  switch (status) {
  case EDGECC_OK:
    return "EDGECC_OK";
  case EDGECC_BAD_ARGUMENT:
    return "EDGECC_BAD_ARGUMENT";
  case EDGECC_NO_SPACE:
    return "EDGECC_NO_SPACE";
  case EDGECC_NO_THREADS:
    return "EDGECC_NO_THREADS";
  case EDGECC_NO_DRIVER:
    return "EDGECC_NO_DRIVER";
  case EDGECC_BAD_PROGRAM:
    return "EDGECC_BAD_PROGRAM";
  case EDGECC_DEVICE_ERROR:
    return "EDGECC_DEVICE_ERROR";
  }
  return "unknown status";
}
