#include "report.h"
void report_write_html(const struct report *report, FILE *to)
{
}
