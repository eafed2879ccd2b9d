// What DPF has to know of the plug-in when it is compiled.
#pragma once

#define DISTRHO_PLUGIN_BRAND "Neural Drum Machine"
#define DISTRHO_PLUGIN_NAME "Neural Drum Machine"
#define DISTRHO_PLUGIN_URI "urn:neural-drum-machine:instrument"
#define DISTRHO_PLUGIN_CLAP_ID "neural-drum-machine.instrument"

#define DISTRHO_PLUGIN_IS_RT_SAFE 1
#define DISTRHO_PLUGIN_IS_SYNTH 1
#define DISTRHO_PLUGIN_NUM_INPUTS 0
#define DISTRHO_PLUGIN_NUM_OUTPUTS 34  // kOutputs of play/player.h
#define DISTRHO_PLUGIN_WANT_STATE 1
#define DISTRHO_PLUGIN_WANT_FULL_STATE 1
#define DISTRHO_PLUGIN_WANT_TIMEPOS 1

#define DISTRHO_PLUGIN_LV2_CATEGORY "lv2:InstrumentPlugin"
#define DISTRHO_PLUGIN_VST3_CATEGORIES "Instrument|Drum"
#define DISTRHO_PLUGIN_CLAP_FEATURES "instrument", "drum-machine", "stereo"

#ifdef NDM_WITH_WINDOW
// The window asks the instance itself for waveforms and kits: both are in one process.
#define DISTRHO_PLUGIN_HAS_UI 1
#define DISTRHO_PLUGIN_WANT_DIRECT_ACCESS 1
#define DISTRHO_UI_USE_NANOVG 1
#define DISTRHO_UI_USER_RESIZABLE 1
#define DISTRHO_UI_DEFAULT_WIDTH 1080
#define DISTRHO_UI_DEFAULT_HEIGHT 720
#else
#define DISTRHO_PLUGIN_HAS_UI 0
#endif
