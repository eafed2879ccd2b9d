// The XY pad: a point in a square, P1 to the right and P2 upwards, both from -1 to 1. For Max's
// jsui object (ECMAScript 5).
//
// In:  place P1 P2 (moves the point without an output), axes NAME1 NAME2.
// Out: P1 P2 whenever the pointer moves the point. A double click sets the middle; with Shift the
//      point moves a tenth as fast.

autowatch = 1;
inlets = 1;
outlets = 1;
mgraphics.init();
mgraphics.relative_coords = 0;
mgraphics.autofill = 0;

var MARGIN = 6; // around the square, so that the point is not cut off at the edge
var FINE = 0.1;
var point = [0, 0];
var names = ["P1", "P2"];
var last = null; // last position of the pointer

function place(a, b) {
    point = [clip(a), clip(b)];
    mgraphics.redraw();
}

function axes(a, b) {
    names = [String(a), String(b)];
    mgraphics.redraw();
}

function onclick(x, y, button, command, shift) {
    last = [x, y];
    if (!shift) move(x, y);
}

function ondrag(x, y, button, command, shift) {
    if (!last) last = [x, y];
    if (shift) {
        var span = size();
        set(point[0] + FINE * 2 * (x - last[0]) / span[0],
            point[1] - FINE * 2 * (y - last[1]) / span[1]);
    } else {
        move(x, y);
    }
    last = button ? [x, y] : null;
}

function ondblclick() {
    set(0, 0);
}

function onresize() {
    mgraphics.redraw();
}

function move(x, y) {
    var span = size();
    set(2 * (x - MARGIN) / span[0] - 1, 1 - 2 * (y - MARGIN) / span[1]);
}

function set(a, b) {
    point = [clip(a), clip(b)];
    mgraphics.redraw();
    outlet(0, point);
}

function size() {
    return [mgraphics.size[0] - 2 * MARGIN, mgraphics.size[1] - 2 * MARGIN];
}

function clip(value) {
    return Math.max(-1, Math.min(1, value));
}

// A colour of Live's theme, so that the XY pad fits light and dark themes.
function theme(name, otherwise) {
    try {
        var found = max.getcolor(name);
        if (found && found.length === 4) return found;
    } catch (error) {}
    return otherwise;
}

function paint() {
    var g = mgraphics, w = g.size[0], h = g.size[1], span = size();
    var ink = theme("live_lcd_control_fg", [1, 0.7, 0.2, 1]);
    var grid = theme("live_lcd_frame", [0.4, 0.4, 0.4, 1]);
    g.set_source_rgba(theme("live_lcd_bg", [0.1, 0.1, 0.1, 1]));
    g.rectangle(0, 0, w, h);
    g.fill();
    g.set_source_rgba(grid);
    g.set_line_width(1);
    for (var i = 0; i <= 4; i++) {
        var x = Math.round(MARGIN + span[0] * i / 4) + 0.5;
        var y = Math.round(MARGIN + span[1] * i / 4) + 0.5;
        g.move_to(x, MARGIN);
        g.line_to(x, h - MARGIN);
        g.move_to(MARGIN, y);
        g.line_to(w - MARGIN, y);
    }
    g.stroke();
    g.set_source_rgba(theme("live_lcd_title", [0.7, 0.7, 0.7, 1]));
    g.select_font_face("Ableton Sans Medium");
    g.set_font_size(9);
    g.move_to(MARGIN + 3, h - MARGIN - 4);
    g.show_text(names[0] + " →");
    g.move_to(MARGIN + 3, MARGIN + 10);
    g.show_text("↑ " + names[1]);
    g.set_source_rgba(ink);
    g.ellipse(MARGIN + span[0] * (point[0] + 1) / 2 - 5, MARGIN + span[1] * (1 - point[1]) / 2 - 5,
        10, 10);
    g.fill();
}

move.local = set.local = size.local = clip.local = theme.local = 1;
paint.local = onclick.local = ondrag.local = ondblclick.local = onresize.local = 1;
