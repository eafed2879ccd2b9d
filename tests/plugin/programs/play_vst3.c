/* A program that opens a VST3 plug-in, says its classes, plays all notes from 35 to 70 one after the other,
 * writes the main outputs' samples to a file, and opens the session that it saved in a second instance. */
#ifdef _WIN32
#include <windows.h>
#define dlopen(path, flags) ((void *)LoadLibraryA(path))
#define dlsym(library, name) ((void *)GetProcAddress((HMODULE)(library), name))
#define dlclose(library) FreeLibrary((HMODULE)(library))
#define ENTRY "InitDll"
#define EXIT "ExitDll"
#else
#include <dlfcn.h>
#ifdef __APPLE__
#define ENTRY "bundleEntry"
#define EXIT "bundleExit"
#else
#define ENTRY "ModuleEntry"
#define EXIT "ModuleExit"
#endif
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "travesty/audio_processor.h"
#include "travesty/component.h"
#include "travesty/factory.h"

enum { RATE = 44100, BLOCK = 512, BLOCKS = 36 * 20, BUSES = 32, CHANNELS = 2 };

/* Objects of the host. A plug-in calls them through a pointer to a pointer to their functions. */
static v3_result V3_API no_interface(void *self, const v3_tuid iid, void **out) {
    (void)self, (void)iid;
    *out = NULL;
    return V3_NO_INTERFACE;
}
static uint32_t V3_API counted(void *self) { return (void)self, 1; }

typedef struct {
    const struct v3_event_list *functions;
    struct v3_event event;
    uint32_t count;
} Events;

static uint32_t V3_API event_count(void *self) { return ((Events *)self)->count; }
static v3_result V3_API event_at(void *self, int32_t i, struct v3_event *out) {
    (void)i;
    *out = ((Events *)self)->event;
    return V3_OK;
}
static v3_result V3_API add_event(void *self, struct v3_event *event) { return (void)self, (void)event, V3_OK; }
static const struct v3_event_list event_functions = {
    {no_interface, counted, counted}, event_count, event_at, add_event};

/* What the plug-in says of its parameters is not kept. */
static uint32_t V3_API no_id(void *self) { return (void)self, 0; }
static int32_t V3_API none(void *self) { return (void)self, 0; }
static v3_result V3_API no_point(void *self, int32_t i, int32_t *at, double *value) {
    (void)self, (void)i, (void)at, (void)value;
    return V3_INVALID_ARG;
}
static v3_result V3_API add_point(void *self, int32_t at, double value, int32_t *i) {
    (void)self, (void)at, (void)value;
    *i = 0;
    return V3_OK;
}
static const struct v3_param_value_queue queue_functions = {
    {no_interface, counted, counted}, no_id, none, no_point, add_point};
static const struct v3_param_value_queue *queue = &queue_functions;
static struct v3_param_value_queue **V3_API no_queue(void *self, int32_t i) { return (void)self, (void)i, NULL; }
static struct v3_param_value_queue **V3_API add_queue(void *self, v3_param_id *id, int32_t *i) {
    (void)self, (void)id;
    *i = 0;
    return (struct v3_param_value_queue **)&queue;
}
static const struct v3_param_changes change_functions = {{no_interface, counted, counted}, none, no_queue, add_queue};
static const struct v3_param_changes *changes = &change_functions;

typedef struct {
    const struct v3_bstream *functions;
    unsigned char *bytes;
    int64_t size, at;
} Stream;

static v3_result V3_API take(void *self, void *out, int32_t count, int32_t *done) {
    Stream *s = self;
    if (count > s->size - s->at) count = (int32_t)(s->size - s->at);
    memcpy(out, s->bytes + s->at, (size_t)count);
    s->at += count;
    if (done) *done = count;
    return V3_OK;
}
static v3_result V3_API put(void *self, void *data, int32_t count, int32_t *done) {
    Stream *s = self;
    s->bytes = realloc(s->bytes, (size_t)(s->size + count));
    memcpy(s->bytes + s->size, data, (size_t)count);
    s->size += count;
    if (done) *done = count;
    return V3_OK;
}
static v3_result V3_API seek(void *self, int64_t at, int32_t from, int64_t *out) {
    Stream *s = self;
    s->at = at + (from == V3_SEEK_CUR ? s->at : from == V3_SEEK_END ? s->size : 0);
    if (out) *out = s->at;
    return V3_OK;
}
static v3_result V3_API tell(void *self, int64_t *out) {
    *out = ((Stream *)self)->at;
    return V3_OK;
}
static const struct v3_bstream stream_functions = {{no_interface, counted, counted}, take, put, seek, tell};

/* An instance of the first class that makes sound. */
typedef struct v3_component **Component;
typedef struct v3_audio_processor **Processor;

static Component created(struct v3_plugin_factory **factory) {
    for (int32_t i = 0; i < (*factory)->num_classes(factory); i++) {
        struct v3_class_info info;
        void *out = NULL;
        if ((*factory)->get_class_info(factory, i, &info) != V3_OK) return NULL;
        if (strcmp(info.category, "Audio Module Class")) continue;
        if ((*factory)->create_instance(factory, info.class_id, v3_component_iid, &out) != V3_OK) return NULL;
        return (*(Component)out)->initialize(out, NULL) == V3_OK ? out : NULL;
    }
    return NULL;
}

/* The plug-in waits for its sounds when it is switched on, but for no more than five seconds. */
static int switched_on(Component component) {
    for (int i = 0; i < 100; i++) {
        struct timespec from, to;
        timespec_get(&from, TIME_UTC);
        if ((*component)->set_active(component, 1) != V3_OK) return 0;
        timespec_get(&to, TIME_UTC);
        if ((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9 < 4.5) return 1;
        (*component)->set_active(component, 0);
    }
    return 0;
}

/* Plays into `out`, (2, BLOCK * BLOCKS). Returns whether the plug-in agreed to everything. */
static int play(Component component, float *out) {
    static float rest[BUSES * CHANNELS][BLOCK];
    float *channels[BUSES][CHANNELS];
    struct v3_audio_bus_buffers buses[BUSES];
    Processor processor = NULL;
    if ((*component)->query_interface(component, v3_audio_processor_iid, (void **)&processor) != V3_OK) return 0;
    int32_t count = (*component)->get_bus_count(component, V3_AUDIO, V3_OUTPUT);
    if (count < 1 || count > BUSES) return 0;
    for (int32_t i = 0; i < count; i++) {
        struct v3_bus_info info;
        if ((*component)->get_bus_info(component, V3_AUDIO, V3_OUTPUT, i, &info) != V3_OK) return 0;
        if (info.channel_count != CHANNELS) return 0;
        (*component)->activate_bus(component, V3_AUDIO, V3_OUTPUT, i, 1);
        for (int j = 0; j < CHANNELS; j++) channels[i][j] = rest[i * CHANNELS + j];
        buses[i] = (struct v3_audio_bus_buffers){.num_channels = CHANNELS, .channel_buffers_32 = channels[i]};
    }
    (*component)->activate_bus(component, V3_EVENT, V3_INPUT, 0, 1);
    struct v3_process_setup setup = {V3_REALTIME, V3_SAMPLE_32, BLOCK, RATE};
    if ((*processor)->setup_processing(processor, &setup) != V3_OK) return 0;
    if (!switched_on(component)) return 0;
    (*processor)->set_processing(processor, 1);
    for (int i = 0; i < BLOCKS; i++) {
        Events events = {&event_functions, {.sample_offset = 17, .type = V3_EVENT_NOTE_ON}, i % 20 == 0};
        events.event.note_on = (struct v3_event_note_on){0, (int16_t)(35 + i / 20), 0, 1, 0, -1};
        for (int j = 0; j < CHANNELS; j++) channels[0][j] = out + (size_t)j * BLOCK * BLOCKS + (size_t)i * BLOCK;
        struct v3_event_list **list = (void *)&events;
        struct v3_process_data data = {.process_mode = V3_REALTIME, .symbolic_sample_size = V3_SAMPLE_32,
            .nframes = BLOCK, .num_output_buses = count, .outputs = buses, .output_params = (struct v3_param_changes **)&changes,
            .input_events = list};
        if ((*processor)->process(processor, &data) != V3_OK) return 0;
    }
    (*processor)->set_processing(processor, 0);
    (*component)->set_active(component, 0);
    (*processor)->unref(processor);
    return 1;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) return 1;
    bool (*enter)(void *) = (bool (*)(void *))dlsym(library, ENTRY);
    bool (*leave)(void) = (bool (*)(void))dlsym(library, EXIT);
    struct v3_plugin_factory **(*get)(void) = (struct v3_plugin_factory **(*)(void))dlsym(library, "GetPluginFactory");
    if (!enter || !leave || !get || !enter(library)) return 1;
    struct v3_plugin_factory **factory = get();
    for (int32_t i = 0; i < (*factory)->num_classes(factory); i++) {
        struct v3_class_info info;
        if ((*factory)->get_class_info(factory, i, &info) != V3_OK) return 1;
        printf("%s: %s\n", info.category, info.name);
    }
    size_t total = (size_t)CHANNELS * BLOCK * BLOCKS;
    float *out = calloc(total, sizeof *out), *again = calloc(total, sizeof *again);
    Component first = created(factory), second = created(factory);
    if (!first || !second || !play(first, out)) return 1;
    Stream session = {.functions = &stream_functions};
    struct v3_bstream **stream = (void *)&session;
    if ((*first)->get_state(first, stream) != V3_OK || !session.size) return 1;
    if ((*second)->set_state(second, stream) != V3_OK || !play(second, again)) return 1;
    if (memcmp(out, again, total * sizeof *out)) return 3;
    FILE *file = fopen(arguments[2], "wb");
    if (!file || fwrite(out, sizeof *out, total, file) != total) return 1;
    fclose(file);
    for (int i = 0; i < 2; i++) {
        Component each = i ? second : first;
        if ((*each)->terminate(each) != V3_OK) return 1;
        (*each)->unref(each);
    }
    (*factory)->unref(factory);
    if (!leave()) return 1;
    dlclose(library);
    free(session.bytes);
    free(again);
    free(out);
    return 0;
}
