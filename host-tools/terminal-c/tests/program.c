/*
 * A program as they exist: it knows the header alone. Run by tests/from_c.rs, which reads what it prints: a line for each
 * call, "name code text".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ssc_card.h"

static char out[20000];
static const char *pin_now, *pin_new;
static int asked;

static long SSC_CALL give_pin(const char *title, char *pin, int capacity)
{
    const char *digits = asked++ == 0 && pin_now ? pin_now : pin_new;
    if (!digits || !title[0] || (int)strlen(digits) >= capacity)
        return 1;
    strcpy(pin, digits);
    return 0;
}

static long say(const char *name, long code)
{
    printf("%s %ld %s\n", name, code, out);
    fflush(stdout);
    return code;
}

/* What lies behind the n-th | of a line. */
static void part(const char *line, int n, char *to)
{
    while (n-- && line)
        line = strchr(line, '|') ? strchr(line, '|') + 1 : NULL;
    size_t length = line ? strcspn(line, "|") : 0;
    memcpy(to, line ? line : "", length);
    to[length] = 0;
}

int main(int argc, char **argv)
{
    char code[64], number[64], info[140];
    const char *mode = argc > 1 ? argv[1] : "";

    /* Null pointers and wrong types reach no reader. */
    if (!strcmp(mode, "bad")) {
        say("null-out", iReadCardBas(1, NULL));
        say("null-in", iReadCard(1, 2, NULL, "SSSEEF05|05|$", out));
        say("type", iReadCardBas(9, out));
        say("auth", iReadCard(1, 3, "x", "SSSEEF05|05|$", out));
        say("address", iReadCard(1, 2, "x", "SSSEEF05|05|", out));
        say("debit", iDoDebit(1, "x", "y", out));
        say("record", iReadDebitRecord(1, out));
        say("step2", iReadCard_HSM_Step2("00", out));
        say("config", ssc_configure("/nonexistent/ssc.ini", out));
        say("pin", iVerifyPIN(1, out));
        return 0;
    }

    memset(out, 0x55, sizeof out);
    if (say("bas", iReadCardBas(1, out)) != 0)
        return 1;
    if (!strcmp(mode, "look"))
        return 0;
    /* Nothing behind the zero byte was touched. */
    if (out[strlen(out) + 1] != 0x55)
        return 2;
    part(out, 3, code);
    part(out, 2, number);
    snprintf(info, sizeof info, "%s|%s|", code, number);
    say("read", iReadCard(3, 2, info, "SSSEEF05|05|$SSSEEF06|09|$", out));
    say("write", iWriteCard(1, info, "DF01EF06|28|$", "DF01EF06|13800000000|$", out));
    say("reread", iReadCard(1, 2, info, "DF01EF06|28|$", out));
    info[31] = info[31] == '0' ? '1' : '0';
    say("other", iReadCard(1, 2, info, "DF01EF06|28|$", out));
    info[31] = code[31];
    say("photo", iReadCard(1, 2, info, "SSSEEF08|$", out));

    ssc_set_pin_callback(give_pin);
    pin_now = "123456", pin_new = "246810", asked = 0;
    say("change", iChangePIN(1, out));
    asked = 0;
    say("wrong", iVerifyPIN(1, out));
    pin_now = "246810", asked = 0;
    say("right", iVerifyPIN(1, out));
    pin_now = NULL, pin_new = "97531", asked = 0;
    say("reload", iReloadPIN(1, info, out));
    pin_now = "97531", asked = 0;
    say("reloaded", iVerifyPIN(1, out));
    say("unblock", iUnblockPIN(1, info, out));
    pin_now = NULL, pin_new = NULL, asked = 0;
    say("nobody", iVerifyPIN(1, out));

    /* The steps: what a host security module would answer comes on standard input, a line each. */
    char line[600];
    if (argc > 2) {
        say("bas1", iReadCardBas_HSM_Step1(1, out));
        if (fgets(line, sizeof line, stdin)) {
            line[strcspn(line, "\n")] = 0;
            say("bas2", iReadCardBas_HSM_Step2(line, out));
        }
        say("read1", iReadCard_HSM_Step1(1, info, "DF01EF06|28|$", out));
        if (fgets(line, sizeof line, stdin)) {
            line[strcspn(line, "\n")] = 0;
            say("read2", iReadCard_HSM_Step2(line, out));
        }
        say("again", iReadCard_HSM_Step2(line, out));
    }
    return 0;
}
