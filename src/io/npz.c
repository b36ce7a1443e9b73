#include "io/data.h"
inshi_status npz_read(struct stream *s, inshi_data *data){ (void)data; return context_fail(s->context, INSHI_ERR_DATA,"x");}
inshi_status npz_inspect(struct stream *s, inshi_file_info *out){ (void)out; return context_fail(s->context, INSHI_ERR_DATA,"x");}
