/* A small host for CLAP plug-ins, which Python calls: one plug-in, one output buffer, events in arrays.
 * It allocates nothing while the plug-in processes, so that rt_watch.c counts the plug-in's calls alone. */
#ifdef _WIN32
#include <windows.h>
#define dlopen(path, flags) ((void *)LoadLibraryA(path))
#define dlsym(library, name) ((void *)GetProcAddress((HMODULE)(library), name))
#define dlclose(library) FreeLibrary((HMODULE)(library))
#define dlerror() "LoadLibrary failed"
#else
#include <dlfcn.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clap/entry.h"
#include "clap/ext/audio-ports.h"
#include "clap/ext/params.h"
#include "clap/ext/state.h"
#include "clap/plugin-factory.h"
#include "clap/process.h"

enum { MOST_CHANNELS = 64, MOST_PORTS = 32, MOST_EVENTS = 8192 };

/* An event as Python lays it out: a MIDI message, or a parameter's value where `id` is not negative. */
typedef struct {
    int time, id;
    unsigned char midi[4];
    double value;
} Event;

typedef union {
    clap_event_header_t header;
    clap_event_midi_t midi;
    clap_event_param_value_t parameter;
} AnyEvent;

typedef struct {
    void *library;
    const clap_plugin_entry_t *entry;
    const clap_plugin_t *plugin;
    const clap_plugin_params_t *params;
    const clap_plugin_state_t *state;
    clap_host_t host;
    clap_audio_buffer_t ports[MOST_PORTS];
    float *channels[MOST_CHANNELS];
    unsigned int port_count, channel_count;
    AnyEvent events[MOST_EVENTS];
    unsigned int event_count;
    clap_event_transport_t transport;
    int64_t time;
} Host;

#if defined(_WIN32) || defined(__APPLE__)
static void (*const rt_watch)(int) = NULL;
#else
extern void rt_watch(int on) __attribute__((weak));
#endif

static const void *no_extension(const clap_host_t *host, const char *name) {
    (void)host, (void)name;
    return NULL;
}
static void ignored(const clap_host_t *host) { (void)host; }

static uint32_t event_count(const clap_input_events_t *list) { return ((Host *)list->ctx)->event_count; }
static const clap_event_header_t *event_at(const clap_input_events_t *list, uint32_t i) {
    return &((Host *)list->ctx)->events[i].header;
}
static bool swallow(const clap_output_events_t *list, const clap_event_header_t *event) {
    (void)list, (void)event;
    return true;
}

void host_close(Host *h) {
    if (!h) return;
    if (h->plugin) h->plugin->destroy(h->plugin);
    if (h->entry) h->entry->deinit();
    if (h->library) dlclose(h->library);
    free(h);
}

Host *host_open(const char *path) {
    Host *h = calloc(1, sizeof *h);
    h->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!h->library) {
        fprintf(stderr, "%s\n", dlerror());
        host_close(h);
        return NULL;
    }
    h->entry = dlsym(h->library, "clap_entry");
    if (!h->entry || !h->entry->init(path)) goto failed;
    const clap_plugin_factory_t *factory = h->entry->get_factory(CLAP_PLUGIN_FACTORY_ID);
    if (!factory || factory->get_plugin_count(factory) != 1) goto failed;
    h->host = (clap_host_t){CLAP_VERSION, h, "small host", "nobody", "", "1", no_extension, ignored, ignored, ignored};
    h->plugin = factory->create_plugin(factory, &h->host, factory->get_plugin_descriptor(factory, 0)->id);
    if (!h->plugin || !h->plugin->init(h->plugin)) goto failed;
    h->params = h->plugin->get_extension(h->plugin, CLAP_EXT_PARAMS);
    h->state = h->plugin->get_extension(h->plugin, CLAP_EXT_STATE);
    const clap_plugin_audio_ports_t *ports = h->plugin->get_extension(h->plugin, CLAP_EXT_AUDIO_PORTS);
    if (!h->params || !h->state || !ports) goto failed;
    h->port_count = ports->count(h->plugin, false);
    for (unsigned int i = 0; i < h->port_count; i++) {
        clap_audio_port_info_t info;
        ports->get(h->plugin, i, false, &info);
        h->ports[i].data32 = h->channels + h->channel_count;
        h->ports[i].channel_count = info.channel_count;
        h->channel_count += info.channel_count;
    }
    return h;
failed:
    host_close(h);
    return NULL;
}

unsigned int host_ports(Host *h) { return h->port_count; }
unsigned int host_channels(Host *h) { return h->channel_count; }

int host_activate(Host *h, double rate, unsigned int frames) {
    h->time = 0;
    return h->plugin->activate(h->plugin, rate, 1, frames) && h->plugin->start_processing(h->plugin);
}

void host_deactivate(Host *h) {
    h->plugin->stop_processing(h->plugin);
    h->plugin->deactivate(h->plugin);
}

/* `out` has `total` frames for each channel; this block of them begins at `from`. A negative `beats` is
 * a stopped song. Returns whether the plug-in agreed. */
int host_block(Host *h, float *out, unsigned int total, unsigned int from, unsigned int frames, const Event *events,
               unsigned int count, double beats, double tempo) {
    for (unsigned int i = 0; i < h->channel_count; i++) h->channels[i] = out + (size_t)i * total + from;
    h->event_count = count > MOST_EVENTS ? MOST_EVENTS : count;
    for (unsigned int i = 0; i < h->event_count; i++) {
        AnyEvent *e = h->events + i;
        memset(e, 0, sizeof *e);
        e->header.time = (uint32_t)events[i].time;
        if (events[i].id >= 0) {
            e->header.size = sizeof e->parameter;
            e->header.type = CLAP_EVENT_PARAM_VALUE;
            e->parameter.param_id = (uint32_t)events[i].id;
            e->parameter.note_id = e->parameter.port_index = e->parameter.channel = e->parameter.key = -1;
            e->parameter.value = events[i].value;
        } else {
            e->header.size = sizeof e->midi;
            e->header.type = CLAP_EVENT_MIDI;
            memcpy(e->midi.data, events[i].midi, 3);
        }
    }
    clap_event_transport_t *t = &h->transport;
    t->flags = CLAP_TRANSPORT_HAS_TEMPO | CLAP_TRANSPORT_HAS_BEATS_TIMELINE | CLAP_TRANSPORT_HAS_TIME_SIGNATURE;
    if (beats >= 0) t->flags |= CLAP_TRANSPORT_IS_PLAYING;
    t->song_pos_beats = (clap_beattime)((beats < 0 ? 0 : beats) * (double)CLAP_BEATTIME_FACTOR);
    t->tempo = tempo;
    t->tsig_num = t->tsig_denom = 4;
    clap_input_events_t in = {h, event_count, event_at};
    clap_output_events_t back = {h, swallow};
    clap_process_t process = {h->time, frames, t, NULL, h->ports, 0, h->port_count, &in, &back};
    if (rt_watch) rt_watch(1);
    clap_process_status status = h->plugin->process(h->plugin, &process);
    if (rt_watch) rt_watch(0);
    h->time += frames;
    return status != CLAP_PROCESS_ERROR;
}

unsigned int host_parameters(Host *h) { return h->params->count(h->plugin); }

int host_parameter(Host *h, unsigned int i, char *name, char *module, double *range) {
    clap_param_info_t info;
    if (!h->params->get_info(h->plugin, i, &info)) return -1;
    snprintf(name, CLAP_NAME_SIZE, "%s", info.name);
    snprintf(module, CLAP_PATH_SIZE, "%s", info.module);
    range[0] = info.min_value, range[1] = info.max_value, range[2] = info.default_value;
    return (int)info.flags;
}

double host_value(Host *h, unsigned int i) {
    double value = 0;
    h->params->get_value(h->plugin, i, &value);
    return value;
}

int host_text(Host *h, unsigned int i, double value, char *text, unsigned int size) {
    return h->params->value_to_text(h->plugin, i, value, text, size);
}

int host_from_text(Host *h, unsigned int i, const char *text, double *value) {
    return h->params->text_to_value(h->plugin, i, text, value);
}

typedef struct {
    unsigned char *bytes;
    size_t size, at;
} Stream;

static int64_t put(const clap_ostream_t *stream, const void *data, uint64_t size) {
    Stream *s = stream->ctx;
    s->bytes = realloc(s->bytes, s->size + size);
    memcpy(s->bytes + s->size, data, size);
    s->size += size;
    return (int64_t)size;
}

static int64_t get(const clap_istream_t *stream, void *data, uint64_t size) {
    Stream *s = stream->ctx;
    if (size > s->size - s->at) size = s->size - s->at;
    memcpy(data, s->bytes + s->at, size);
    s->at += size;
    return (int64_t)size;
}

/* The caller frees the bytes with host_free. */
unsigned char *host_save(Host *h, size_t *size) {
    Stream s = {NULL, 0, 0};
    clap_ostream_t stream = {&s, put};
    if (!h->state->save(h->plugin, &stream)) s.size = 0;
    *size = s.size;
    return s.bytes;
}

void host_free(unsigned char *bytes) { free(bytes); }

int host_load(Host *h, unsigned char *bytes, size_t size) {
    Stream s = {bytes, size, 0};
    clap_istream_t stream = {&s, get};
    return h->state->load(h->plugin, &stream);
}
